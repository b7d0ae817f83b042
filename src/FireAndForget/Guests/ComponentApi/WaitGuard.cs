using System.Text;
using FireAndForget.Guests.Decoding;
using static FireAndForget.Guests.ComponentApi.ComponentWriter;

namespace FireAndForget.Guests.ComponentApi;

/// <summary>
/// Puts a component that may wait for <c>wasi:io/poll</c> into another one, which imports the same and gives it instead of that
/// interface's waiting functions those of <c>wait-guard.wat</c>, which come back to the engine at each epoch tick; and a
/// <c>subscribe-instant</c> that goes by the clock that the host gives.
/// </summary>
internal static class WaitGuard
{
    private const string PollInterface = "wasi:io/poll";
    private const string ClockInterface = "wasi:clocks/monotonic-clock";
    private const string Pollable = "pollable";
    private const string Poll = "poll";
    private const string Block = "[method]pollable.block";
    private const string Ready = "[method]pollable.ready";
    private const string SubscribeDuration = "subscribe-duration";
    private const string SubscribeInstant = "subscribe-instant";
    private const string Now = "now";

    private const byte CustomSection = 0;
    private const byte ComponentSection = 4;
    private const byte InstanceSection = 5;
    private const byte AliasSection = 6;
    private const byte TypeSection = 7;
    private const byte ImportSection = 10;
    private const byte ExportSection = 11;

    private static readonly Lazy<byte[]> Guard = new(ReadGuard);

    /// <summary>The memory that the guard adds, in bytes.</summary>
    public const long MemoryBytes = 2 * 65536;

    /// <summary>The component in its guard; null where it has nothing to wait with.</summary>
    /// <param name="component">Its binary.</param>
    /// <param name="imports">The names of what it imports.</param>
    /// <param name="exports">The names of what it exports.</param>
    /// <exception cref="ComponentLoadException">Its imports are such that it cannot be guarded.</exception>
    public static byte[]? TryWrap(byte[] component, IReadOnlyList<string> imports, IReadOnlyList<string> exports)
    {
        string[] names = [.. imports.Where(import => WasiInterfaces.Unversioned(import) == PollInterface)];
        if (names.Length == 0)
        {
            return null;
        }

        byte[] head = HeadOf(component);
        ComponentScope scope = ComponentReader.Read(head, new(head, 0, head.Length, new(head.Length)), null);
        string[] waiting = [.. names.Where(name => Waits(scope.Imports[name].Type!))];
        return waiting.Length switch
        {
            0 => null,
            1 => Wrap(component, head, scope, waiting[0], [.. HostMessaging.Handlers.Where(exports.Contains)]),
            _ => throw new ComponentLoadException(
                $"it imports {GuestText.List(waiting)}, and waiting can be bounded for one of them; build its parts for the same "
                    + "version of WASI."
            ),
        };
    }

    private static bool Waits(ComponentType poll) => new[] { Poll, Block, Ready }.Any(poll.Exports.ContainsKey);

    private static byte[] Wrap(byte[] component, byte[] head, ComponentScope scope, string pollName, string[] handlers)
    {
        // Indices: the head has the first ones of each index space; what is written here follows in the order in which it is written.
        List<string?> imported = scope.ImportedInstances;
        int type = scope.CountOf(ComponentSort.Type);
        int function = scope.CountOf(ComponentSort.Function);
        int instance = imported.Count;
        int pollOfGuest = imported.IndexOf(pollName);
        (int poll, int clock, int guard) = (instance, instance + 1, instance + 2);

        ComponentWriter writer = new();
        writer.Bytes(head);
        writer.Section(AliasSection, ExportOf(pollOfGuest, ComponentWriter.Type, Pollable));
        writer.Section(TypeSection, w => PollType(w, type), w => ClockType(w, type));
        writer.Section(
            ImportSection,
            w => w.ExternName(FreeName(PollInterface, scope)).Bytes(Instance).Number(type + 1),
            w => w.ExternName(FreeName(ClockInterface, scope)).Bytes(Instance).Number(type + 2)
        );
        writer.Section(
            AliasSection,
            ExportOf(poll, Function, Poll),
            ExportOf(poll, Function, Ready),
            ExportOf(clock, Function, SubscribeDuration),
            ExportOf(clock, Function, Now)
        );
        writer.Section(ComponentSection, Guard.Value);
        writer.Section(ComponentSection, component);
        writer.Section(
            InstanceSection,
            w =>
            {
                w.Bytes(0).Number(0).Number(5);
                w.Name(Pollable).Bytes(ComponentWriter.Type).Number(type);
                w.Name(Poll).Bytes(Function).Number(function);
                w.Name("ready").Bytes(Function).Number(function + 1);
                w.Name(SubscribeDuration).Bytes(Function).Number(function + 2);
                w.Name(Now).Bytes(Function).Number(function + 3);
            }
        );
        writer.Section(AliasSection, ExportOf(guard, Function, SubscribeInstant));

        // The clocks that the guest imports, with the guard's subscribe-instant.
        Dictionary<string, int> given = new() { [pollName] = guard };
        (int nextType, int nextFunction, int nextInstance) = (type + 3, function + 5, guard + 1);
        foreach (
            string name in scope.Imports.Keys.Where(import => WasiInterfaces.Unversioned(import) == ClockInterface)
        )
        {
            int clockOfGuest = imported.IndexOf(name);
            List<Action<ComponentWriter>> aliases = [];
            List<Action<ComponentWriter>> exports = [];
            foreach ((string part, ComponentExtern export) in scope.Imports[name].Type!.Exports)
            {
                byte sort = export.Sort == ComponentSort.Function ? Function : ComponentWriter.Type;
                int index = function + 4;
                if (part != SubscribeInstant)
                {
                    aliases.Add(ExportOf(clockOfGuest, sort, part));
                    index = sort == Function ? nextFunction++ : nextType++;
                }

                exports.Add(w => w.ExternName(part).Bytes(sort).Number(index));
            }

            writer.Section(AliasSection, [.. aliases]);
            writer.Section(InstanceSection, w => Inline(w, exports));
            given.Add(name, nextInstance++);
        }

        writer.Section(
            InstanceSection,
            w =>
            {
                w.Bytes(0).Number(1).Number(scope.Imports.Count);
                foreach (string name in scope.Imports.Keys)
                {
                    w.Name(name).Bytes(Instance).Number(given.GetValueOrDefault(name, imported.IndexOf(name)));
                }
            }
        );
        writer.Section(AliasSection, [.. handlers.Select(name => ExportOf(nextInstance, Function, name))]);
        writer.Section(
            ExportSection,
            [
                .. handlers.Select(
                    (name, index) =>
                        (Action<ComponentWriter>)(
                            w => w.ExternName(name).Bytes(Function).Number(nextFunction + index).Bytes(0)
                        )
                ),
            ]
        );
        return writer.ToArray();
    }

    /// <summary>Writes an instance that exports items which are defined already.</summary>
    private static void Inline(ComponentWriter writer, List<Action<ComponentWriter>> exports)
    {
        writer.Bytes(1).Number(exports.Count);
        exports.ForEach(export => export(writer));
    }

    /// <summary><c>wasi:io/poll</c> with <c>poll</c> and <c>ready</c>, over the resource type at an index outside.</summary>
    private static void PollType(ComponentWriter writer, int pollable) =>
        BeginType(writer, pollable, declarations: 9)
            .Bytes(0x01, 0x68, 1) // type 2: borrow<pollable>
            .Bytes(0x01, 0x70, 2) // type 3: list of them
            .Bytes(0x01, 0x70, 0x79) // type 4: list<u32>
            .Bytes(0x01, 0x40, 1)
            .Name("in")
            .Bytes(3, 0x00, 4) // type 5: func(in: list<borrow<pollable>>) -> list<u32>
            .Bytes(0x04)
            .ExternName(Poll)
            .Bytes(Function, 5)
            .Bytes(0x01, 0x40, 1)
            .Name("self")
            .Bytes(2, 0x00, 0x7F) // type 6: func(self: borrow<pollable>) -> bool
            .Bytes(0x04)
            .ExternName(Ready)
            .Bytes(Function, 6);

    /// <summary><c>wasi:clocks/monotonic-clock</c> with <c>subscribe-duration</c> and <c>now</c>.</summary>
    private static void ClockType(ComponentWriter writer, int pollable) =>
        BeginType(writer, pollable, declarations: 7)
            .Bytes(0x01, 0x69, 1) // type 2: own<pollable>
            .Bytes(0x01, 0x40, 1)
            .Name("when")
            .Bytes(0x77, 0x00, 2) // type 3: func(when: u64) -> pollable
            .Bytes(0x04)
            .ExternName(SubscribeDuration)
            .Bytes(Function, 3)
            .Bytes(0x01, 0x40, 0, 0x00, 0x77) // type 4: func() -> u64
            .Bytes(0x04)
            .ExternName(Now)
            .Bytes(Function, 4);

    /// <summary>An instance's type, whose type 0 is the resource outside, and type 1 that as it exports it.</summary>
    private static ComponentWriter BeginType(ComponentWriter writer, int pollable, int declarations) =>
        writer
            .Bytes(0x42)
            .Number(declarations)
            .Bytes(0x02, ComponentWriter.Type, 0x02, 1)
            .Number(pollable)
            .Bytes(0x04)
            .ExternName(Pollable)
            .Bytes(ComponentWriter.Type, 0x00, 0);

    /// <summary>An interface's name in a patch of WASI 0.2 that the component does not import; each means the same.</summary>
    private static string FreeName(string name, ComponentScope scope) =>
        Enumerable
            .Range(0, scope.Imports.Count + 1)
            .Select(patch => $"{name}@0.2.{patch}")
            .First(free => !scope.Imports.ContainsKey(free));

    /// <summary>The component's imports and the types that they need, as a component of their own.</summary>
    private static byte[] HeadOf(byte[] component)
    {
        WasmReader reader = new(component, 0, component.Length, new(component.Length));
        reader.Skip(ComponentReader.Preamble.Length);
        ComponentWriter head = new();
        head.Bytes(ComponentReader.Preamble);
        ComponentWriter next = new();
        bool isHead = true;
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            byte id = reader.ReadByte();
            reader.ReadPart("a section");
            isHead &= id is CustomSection or 3 or AliasSection or TypeSection or ImportSection;
            if (id == ImportSection && !isHead)
            {
                throw new ComponentLoadException(
                    "it imports something behind its own definitions, and waiting cannot be bounded then; build it so that all "
                        + "imports stand first, as wit-component and wac do."
                );
            }

            if (isHead && id != CustomSection)
            {
                next.Bytes(component.AsSpan(start, reader.Position - start));
                if (id == ImportSection)
                {
                    head.Bytes(next.ToArray());
                    next = new();
                }
            }
        }

        return head.ToArray();
    }

    private static byte[] ReadGuard()
    {
        using Stream stream = typeof(WaitGuard).Assembly.GetManifestResourceStream("wait-guard.wat")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return Wasmtime.Module.ConvertText(reader.ReadToEnd());
    }
}
