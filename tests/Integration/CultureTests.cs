using System.Globalization;
using Xunit;

namespace FireAndForget.Tests;

/// <summary>Texts are the same wherever the program runs: numbers and times have no commas, other signs or groups.</summary>
public sealed class CultureTests
{
    /// <summary>One that differs in everything that a number can show, which no installed culture has to be there for.</summary>
    private static CultureInfo Strange
    {
        get
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat = new()
            {
                NegativeSign = "MINUS",
                PositiveSign = "PLUS",
                NumberDecimalSeparator = "COMMA",
                NumberGroupSeparator = "GROUP",
            };
            culture.DateTimeFormat.TimeSeparator = "COLON";
            culture.DateTimeFormat.DateSeparator = "SLASH";
            return culture;
        }
    }

    [Fact]
    public async Task Events_OfEachKind_AreTheSameInAnyCulture()
    {
        string[] here = await TextsAsync();
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Strange;
        try
        {
            Assert.Equal(here, await TextsAsync());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Contains(here, text => text.Contains("12.5 ms", StringComparison.Ordinal));
        Assert.Contains(here, text => text.Contains("-5", StringComparison.Ordinal));
        Assert.Contains(here, text => text.Contains("1.5 s", StringComparison.Ordinal));
    }

    /// <summary>In manual mode, so that everything is worded on this thread.</summary>
    private static async Task<string[]> TextsAsync()
    {
        const string Contract = """
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            """;
        List<string> texts = [];
        await using TestHost host = new(workers: 0);
        ComponentOptions short1 = new()
        {
            Limits = new()
            {
                MessageTimeout = TimeSpan.FromMilliseconds(12.5),
                LoadTimeout = TimeSpan.FromMilliseconds(12.5),
            },
            Restart = new() { Max = 0, Window = TimeSpan.FromSeconds(1.5) },
        };
        host.AddText(
            "negative",
            $"(module {Contract} (func (export \"handle-message\") (param i32 i32 i32 i32) (result i32) (i32.const -5)))"
        );
        host.AddText(
            "endless",
            $"(module {Contract} (func (export \"handle-message\") (param i32 i32 i32 i32) (result i32) (loop (br 0)) (i32.const 0)))",
            short1
        );
        try
        {
            host.AddText(
                "slow-start",
                $"(module {Contract} (func $s (loop (br 0))) (start $s) (func (export \"handle-message\") (param i32 i32 i32 i32) (result i32) (i32.const 0)))",
                short1
            );
        }
        catch (ComponentLoadException e)
        {
            texts.Add(e.Message);
        }

        MessagingEndpoint client = host.AddSender();
        client.Send("negative", [1]);
        client.Send("endless", [1]);
        client.Send("negative", new byte[2 << 20]);
        host.Host.Pump();
        texts.AddRange(host.Events.Select(happened => string.Create(CultureInfo.InvariantCulture, $"{happened}")));
        return [.. texts];
    }
}
