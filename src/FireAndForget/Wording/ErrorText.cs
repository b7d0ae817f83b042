using System.Text;

namespace FireAndForget.Wording;

/// <summary>An exception in words. Its message is code of others, and may throw.</summary>
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

    /// <summary>Where an exception was thrown, and where those that caused it were: a line for each call, and no message.</summary>
    public static string StackOf(Exception e)
    {
        const int MostCauses = 8;
        StringBuilder stack = new();
        Exception? cause = e;
        for (int i = 0; i < MostCauses && cause is not null; i++, cause = cause.InnerException)
        {
            if (i != 0)
            {
                stack.Append('\n').Append("caused by ").Append(cause.GetType().Name).Append('\n');
            }

            stack.Append(TraceOf(cause));
        }

        return stack.ToString();
    }

    private static string TraceOf(Exception e)
    {
        try
        {
            return e.StackTrace ?? "";
        }
        catch (Exception)
        {
            return "";
        }
    }
}
