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
    (string Name, byte[] Bytes)[] assemblies =
    [
        .. files.Prepend(own).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))),
    ];
    bool isRefused = false;
    foreach ((string name, byte[] bytes) in assemblies)
    {
        // Packages and .NET itself may declare functions that the guest never calls: those are worth a warning only.
        bool isOwn = name == assemblies[0].Name;
        foreach (
            (string library, IReadOnlyList<string> functions, IReadOnlyList<string> types) in NativeCalls.In(bytes)
        )
        {
            isRefused |= isOwn;
            Console.Error.WriteLine(
                $"{name} : {(isOwn ? "error" : "warning")} FAF002: {string.Join(", ", types)} declares native functions that are not there: "
                    + $"{string.Join(", ", functions)} of {library}. A guest in C# has no native code but that of .NET's runtime; a call "
                    + "throws a DllNotFoundException. Use managed code that does the same, or leave them out."
            );
        }
    }

    if (isRefused)
    {
        return 1;
    }

    File.WriteAllBytes(guest, GuestLinker.Link(File.ReadAllBytes(runtime), assemblies));
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"link-guest : error FAF001: {guest} cannot be linked: {e.Message}");
    return 1;
}
