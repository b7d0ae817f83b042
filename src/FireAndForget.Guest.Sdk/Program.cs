// The last step of a guest's build, which Sdk/Sdk.targets runs: link-guest RUNTIME GUEST.wasm GUEST.dll @ASSEMBLIES, where the file ASSEMBLIES
// names the other assemblies, one a line. Errors have the form that MSBuild shows as its own.

using FireAndForget.Guest.Sdk.Linking;

if (args is not [string runtime, string guest, string own, ['@', .. string list]])
{
    Console.Error.WriteLine("link-guest : error FAF001: usage: link-guest RUNTIME GUEST.wasm GUEST.dll @ASSEMBLIES");
    return 2;
}

try
{
    IEnumerable<string> files = File.ReadLines(list)
        .Where(file => file.Length != 0 && Path.GetFileName(file) != Path.GetFileName(own))
        .Order(StringComparer.Ordinal);
    byte[] linked = GuestLinker.Link(
        File.ReadAllBytes(runtime),
        [.. files.Prepend(own).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]
    );
    File.WriteAllBytes(guest, linked);
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"link-guest : error FAF001: {guest} cannot be linked: {e.Message}");
    return 1;
}
