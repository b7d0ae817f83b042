using System.Text;
using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using Wasmtime;
using Xunit;

namespace FireAndForget.Tests.Guests;

/// <summary>
/// Follows a plan in the plainest way: instantiates it through the core API and calls <c>handle-message</c> as the
/// canonical ABI says. It shows that what the decoder wrote down is enough to run a guest.
/// </summary>
internal sealed class PlanRunner : IDisposable
{
    private readonly Engine _engine;
    private readonly Store _store;
    private readonly DirectPlan _plan;
    private readonly List<Instance> _instances = [];

    public PlanRunner(DirectPlan plan)
    {
        _engine = new Engine();
        _store = new Store(_engine);
        _plan = plan;
        List<Module> modules =
        [
            .. plan.Modules.Select((m, i) => Module.FromBytes(_engine, $"module-{i}", m.Bytes.Span)),
        ];
        foreach (PlannedInstance planned in plan.Instances)
        {
            Module module = modules[planned.Module];
            object[] imports = [.. planned.Imports.Select((item, i) => Import(item, module.Imports[i]))];
            _instances.Add(new Instance(_store, module, imports));
        }
    }

    /// <summary>What the guest sent: the target, and the message.</summary>
    public List<(string Target, byte[] Message)> Sent { get; } = [];

    private Memory Memory => _instances[_plan.Memory.Instance].GetMemory(_plan.Memory.Name)!;

    public int Handle(string sender, ReadOnlySpan<byte> message)
    {
        (int senderAt, int senderLength) = Lower(Encoding.UTF8.GetBytes(sender));
        (int messageAt, int messageLength) = Lower(message);
        int result = Call<Func<int, int, int, int, int>>(
            _plan.HandleMessage,
            f => f.WrapFunc<int, int, int, int, int>()
        )(senderAt, senderLength, messageAt, messageLength);
        if (_plan.PostReturn is { } postReturn)
        {
            Call<Action<int>>(postReturn, f => f.WrapAction<int>())(result);
        }

        return result;
    }

    public void Dispose()
    {
        _store.Dispose();
        _engine.Dispose();
    }

    private (int At, int Length) Lower(ReadOnlySpan<byte> bytes)
    {
        int at = Call<Func<int, int, int, int, int>>(_plan.Realloc, f => f.WrapFunc<int, int, int, int, int>())(
            0,
            0,
            1,
            bytes.Length
        );
        bytes.CopyTo(Memory.GetSpan(at, bytes.Length));
        return (at, bytes.Length);
    }

    private T Call<T>(CoreItem item, Func<Function, T?> wrap)
    {
        CoreExport export = Assert.IsType<CoreExport>(item);
        return wrap(_instances[export.Instance].GetFunction(export.Name)!)!;
    }

    private object Import(CoreItem item, Import import) =>
        item switch
        {
            CoreExport export when import is FunctionImport => _instances[export.Instance].GetFunction(export.Name)!,
            CoreExport export when import is MemoryImport => _instances[export.Instance].GetMemory(export.Name)!,
            CoreExport export when import is TableImport => _instances[export.Instance].GetTable(export.Name)!,
            CoreExport export => _instances[export.Instance].GetGlobal(export.Name)!,
            LoweredImport { Function: "send" } => Function.FromCallback(
                _store,
                (int targetAt, int targetLength, int messageAt, int messageLength, int resultAt) =>
                {
                    Send(targetAt, targetLength, messageAt, messageLength);
                    Memory.WriteByte(resultAt, 0);
                }
            ),
            HostImport { Function: "send" } => Function.FromCallback(
                _store,
                (int targetAt, int targetLength, int messageAt, int messageLength) =>
                {
                    Send(targetAt, targetLength, messageAt, messageLength);
                    return 0;
                }
            ),
            LoweredImport { Function: "self-id" } => Function.FromCallback(
                _store,
                (int resultAt) =>
                {
                    (int at, int length) = Lower("self"u8);
                    Memory.WriteInt32(resultAt, at);
                    Memory.WriteInt32(resultAt + 4, length);
                }
            ),
            _ => throw new NotSupportedException($"{item} is not what these tests run."),
        };

    private void Send(int targetAt, int targetLength, int messageAt, int messageLength) =>
        Sent.Add(
            (
                Memory.ReadString(targetAt, targetLength, Encoding.UTF8),
                Memory.GetSpan(messageAt, messageLength).ToArray()
            )
        );
}
