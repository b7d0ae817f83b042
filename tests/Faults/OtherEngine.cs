using System.Runtime.InteropServices;

namespace FireAndForget.Tests.Faults;

/// <summary>
/// Another library of the process that runs WebAssembly: a second copy of the native library, with handlers of signals of its own.
/// </summary>
internal static partial class OtherEngine
{
    public static void Make()
    {
        string name = $"libwasmtime{(OperatingSystem.IsMacOS() ? ".dylib" : ".so")}";
        string original = Path.Combine(
            AppContext.BaseDirectory,
            "runtimes",
            $"{(OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}",
            "native",
            name
        );
        string folder = Directory.CreateTempSubdirectory("faf-engine-").FullName;
        try
        {
            string copy = Path.Combine(folder, name);
            File.Copy(original, copy);
            nint library = NativeLibrary.Load(copy);
            var make = Marshal.GetDelegateForFunctionPointer<NewEngine>(
                NativeLibrary.GetExport(library, "wasm_engine_new")
            );
            if (make() == 0)
            {
                throw new InvalidOperationException("The other engine could not be made.");
            }
        }
        finally
        {
            // What is loaded stays loaded.
            Directory.Delete(folder, recursive: true);
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint NewEngine();
}
