using System.Text;
using FireAndForget.Tests.Fuzz.Generation;
using FireAndForget.Tests.Fuzz.Mutation;
using Wasmtime;

namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>
/// Generated guests that use every proposal which the engine has on, as they are and damaged: each is decoded beside Wasmtime, as in
/// <see cref="DecoderArea"/>, and run by both runtimes, which load or refuse it alike and agree on what becomes of its messages.
/// </summary>
internal sealed class ProposalArea : FuzzArea
{
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromMilliseconds(500);

    private readonly DecoderArea _decoder = new();
    private readonly GuestHost _direct = new(GuestRuntime.Direct, pumps: true, MessageTimeout);
    private readonly GuestHost _componentApi = new(GuestRuntime.ComponentApi, pumps: true, MessageTimeout);

    public override string Name => "proposals";

    public override int Weight => 12;

    protected override Func<Randomness, byte[]> Generator =>
        random =>
        {
            byte[] text = Encoding.UTF8.GetBytes(GuestGenerator.Make(random).Text);
            return random.OneIn(2) ? text : Binary(text) ?? text;
        };

    public override bool Run(byte[] input)
    {
        byte[]? binary = SectionMutator.IsBinary(input) ? input : Binary(input);
        if (binary is not null)
        {
            _decoder.Run(binary);
        }

        ComponentSource source = binary is null
            ? ComponentSource.FromText(Encoding.UTF8.GetString(input), GuestHost.Guest)
            : ComponentSource.FromBytes(binary, GuestHost.Guest);
        byte[][] messages = Messages(input);
        GuestStatistics? direct = _direct.Run(source, messages);
        if (binary is not null && IsComponent(binary))
        {
            RequireSame(direct, _componentApi.Run(source, messages));
        }

        return direct is not null;
    }

    public override void Close()
    {
        _direct.Close();
        _componentApi.Close();
    }

    /// <summary>Messages that ask for one function of the guest or a few, and one that asks for none.</summary>
    private static byte[][] Messages(byte[] input)
    {
        var random = Randomness.For(input);
        return
        [
            [],
            .. Enumerable
                .Range(0, 6)
                .Select(_ =>
                    (byte[])
                        [
                            (byte)((1 << random.Below(8)) | (random.OneIn(2) ? 0 : 1 << random.Below(8))),
                            .. random.Bytes(random.Below(40)),
                        ]
                ),
        ];
    }

    private static void RequireSame(GuestStatistics? direct, GuestStatistics? componentApi)
    {
        Require(
            direct is null == componentApi is null,
            $"the direct runtime {(direct is null ? "refuses" : "loads")} it, and the component API does not"
        );
        // When a budget is over is the machine's to say.
        Require(
            direct == componentApi || direct!.Statistics.TimedOut + componentApi!.Statistics.TimedOut > 0,
            $"the direct runtime shows {direct}, and the component API {componentApi}"
        );
    }

    private static bool IsComponent(ReadOnlySpan<byte> binary) => binary.Length > 6 && binary[6] == 1;

    private static byte[]? Binary(byte[] text)
    {
        try
        {
            return Module.ConvertText(Encoding.UTF8.GetString(text));
        }
        catch (WasmtimeException)
        {
            return null;
        }
    }
}
