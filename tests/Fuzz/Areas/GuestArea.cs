using System.Text;
using FireAndForget.Tests.Fuzz.Mutation;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// Whole guests: each is inspected, loaded, sent messages and removed in a <see cref="GuestHost"/>.
/// </summary>
internal sealed class GuestArea : FuzzArea
{
    // Those that the hostile guests of the corpus react to are among them.
    private static readonly int[] Lengths =
    [
        0,
        1,
        3,
        5,
        300,
        .. Enumerable.Range(1000, 12),
        .. Enumerable.Range(2000, 12),
        .. Enumerable.Range(3000, 12),
        5000,
        70_000,
    ];

    private readonly GuestHost _host = new(GuestRuntime.Direct, pumps: false, TimeSpan.FromMilliseconds(30));

    public override string Name => "guests";

    public override int Weight => 12;

    public override bool Run(byte[] input)
    {
        var random = Randomness.For(input);
        ComponentSource source = SectionMutator.IsBinary(input)
            ? ComponentSource.FromBytes(input, GuestHost.Guest)
            : ComponentSource.FromText(Encoding.UTF8.GetString(input), GuestHost.Guest);
        string? refusal = random.OneIn(4) ? Inspect(source) : null;
        byte[][] messages =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(_ => random.OneIn(4) ? "sink"u8.ToArray() : random.Bytes(random.Of(Lengths))),
        ];
        bool isLoaded = _host.Run(source, messages) is not null;
        Require(!isLoaded || refusal is null, $"it was loaded, and the inspection says: {refusal}");
        return isLoaded;
    }

    public override void Close() => _host.Close();

    private static string? Inspect(ComponentSource source)
    {
        try
        {
            string? refusal = ComponentInspection.Of(source).Refusal;
            Require(refusal != "", "the refusal gives no reason");
            return refusal;
        }
        catch (ComponentLoadException e)
        {
            GuestHost.RequireReason(e);
            return e.Message;
        }
    }
}
