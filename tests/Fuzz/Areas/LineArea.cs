using FireAndForget.Cli;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>The JSON lines of <c>faf run</c>: splitting them, and reading each.</summary>
internal sealed class LineArea : FuzzArea
{
    private static readonly string[] Endpoints = ["client", "audit/log"];

    private readonly Lazy<MessageLineParser> _parser = new(MakeParser);

    public override string Name => "lines";

    public override int Weight => 2;

    public override bool Run(byte[] input)
    {
        bool isClean = true;
        int length = 0;
        using LineReader lines = new(new MemoryStream(input));
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            length += line.Length + 1;
            isClean &= IsTaken(line);
        }

        Require(length == input.Length || length == input.Length + 1, $"{input.Length} bytes became lines of {length}");
        return isClean;
    }

    private bool IsTaken(ReadOnlySpan<byte> line)
    {
        try
        {
            MessageLine message = _parser.Value.Parse(line);
            Require(
                message.Sender is not null && message.Target is not null && message.Repeat >= 0,
                $"{message} was taken"
            );
            return true;
        }
        catch (MessageLineException e)
        {
            // Control characters of the line may stand in it: who writes it makes it one line.
            Require(
                e.Message.Length > 10 && e.Message.Length < line.Length + 200,
                $"the error gives no reason, or more than that: {e.Message}"
            );
            return false;
        }
    }

    // Its host delivers nothing and has nothing to dispose of in time.
    private static MessageLineParser MakeParser()
    {
        MessagingHost host = new(new() { Workers = 0 });
        return new(Endpoints.ToDictionary(id => id, id => host.AddEndpoint(id)));
    }
}
