using FireAndForget.Tests.Fuzz.Areas;

namespace FireAndForget.Tests.Fuzz.Running;

/// <summary>Runs one input in this process, where a debugger can look at it.</summary>
internal static class Replayer
{
    public static int Run(FuzzArea area, string file)
    {
        try
        {
            bool isTaken = area.Run(File.ReadAllBytes(file));
            area.Close();
            Console.WriteLine($"{file}: {(isTaken ? "taken" : "a clean error")}");
            return 0;
        }
        catch (Exception e)
        {
            Console.WriteLine($"{file}: a finding: {e}");
            return 1;
        }
    }
}
