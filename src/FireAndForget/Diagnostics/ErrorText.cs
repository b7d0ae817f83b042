namespace FireAndForget.Diagnostics;

/// <summary>An exception in words, whoever wrote it: its message is code too, and may throw.</summary>
internal static class ErrorText
{
    public static string Of(Exception e)
    {
        string name = e.GetType().Name;
        try
        {
            return $"{name}: {e.Message}";
        }
        catch (Exception)
        {
            return name;
        }
    }
}
