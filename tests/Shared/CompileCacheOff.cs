using System.Runtime.CompilerServices;

/// <summary>
/// Keeps a program for tests or measurements out of the user's compile cache: its hosts, and the processes that it starts, have none
/// unless they name a folder. <c>FAF_CACHE_DIR</c>, where it is set before, decides instead.
/// </summary>
file static class CompileCacheOff
{
    [ModuleInitializer]
    internal static void Switch()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAF_CACHE_DIR")))
        {
            Environment.SetEnvironmentVariable("FAF_CACHE_DIR", "off");
        }
    }
}
