using System.Runtime.CompilerServices;

namespace FireAndForget.Tests;

/// <summary>
/// Gives the hosts of these tests a compile cache of their own, which ends with the process: there are more than a thousand hosts and
/// about a hundred guests, and compiling each guest for each host took a fifth of the time. What has to compile says so.
/// </summary>
internal static class CompileCacheOfThisRun
{
    private const string Variable = "FAF_CACHE_DIR";

    [ModuleInitializer]
    internal static void Use()
    {
        // "off" is what CompileCacheOff set, which runs before this or after it. A folder that the caller names is used as it is.
        if (Environment.GetEnvironmentVariable(Variable) is not (null or "" or "off"))
        {
            return;
        }

        string folder = Directory.CreateTempSubdirectory("faf-cache-").FullName;
        Environment.SetEnvironmentVariable(Variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
