using FireAndForget.Guests.Calls;
using FireAndForget.Guests.Decoding;
using FireAndForget.Guests.Instances;
using Wasmtime;

namespace FireAndForget.Guests.Direct;

// Handlers that are async functions: what is put around them, and what they return. They answer as any other handler to who calls
// them, once their task has ended.
internal sealed partial class DirectGuest
{
    private const string TaskReturnName = "task.return";

    /// <summary>What the task that runs returned: 0 where the message is handled, 1 where it is rejected.</summary>
    private int _returned;

    /// <summary>Whether a handler has given its result by <c>task.return</c>, before its function answers.</summary>
    private static bool HasReturned(PlannedHandler handler) => handler.Function is TaskHandler { Callback: not null };

    /// <summary>The function to call in place of a handler's own.</summary>
    private Function MakeTask(TaskHandler handler)
    {
        Function function = _taskModules.InstantiateFor(
            _store,
            handler,
            FunctionOf(handler.Function),
            handler.Callback is null ? null : FunctionOf(handler.Callback),
            Function.FromCallback(_store, () => Wasi.Tasks.Begin(handler)),
            Function.FromCallback(_store, (int answer) => Wasi.Tasks.Next(answer)),
            TaskModules.HasAnswer(handler)
                ? Function.FromCallback(_store, EndTask)
                : Function.FromCallback(_store, Wasi.Tasks.End)
        );
        _supplied.Add(handler, function);
        return function;
    }

    /// <summary>The function by which the guest gives room for what an import hands back.</summary>
    private Func<int, int, int, int, int> ReallocOf(CoreExport export)
    {
        Func<int, int, int, int, int> realloc = FunctionOf(export).WrapFunc<int, int, int, int, int>()!;
        return _plan.HasTasks ? Wasi.Tasks.WithOwnContext(realloc) : realloc;
    }

    private int EndTask()
    {
        Wasi.Tasks.End();
        return _returned;
    }

    private Function MakeReturn(TaskReturn task, FunctionImport type) =>
        task.Result switch
        {
            TaskResult.None => Function.FromCallback(_store, () => TakeReturned(task.Result, 0, 0, 0)),
            TaskResult.Plain => Function.FromCallback(
                _store,
                (int discriminant) => TakeReturned(task.Result, discriminant, 0, 0)
            ),
            TaskResult.Reasoned or TaskResult.Answer => Function.FromCallback(
                _store,
                (int discriminant, int pointer, int length) => TakeReturned(task.Result, discriminant, pointer, length)
            ),
            _ => Function.FromCallback(
                _store,
                (_, _, _) => TakeReturned(task.Result, 0, 0, 0),
                type.Parameters,
                type.Results
            ),
        };

    /// <summary>Takes what a handler returns, while it lies in the guest's memory: afterwards the guest may use the room again.</summary>
    private void TakeReturned(TaskResult result, int discriminant, int pointer, int length)
    {
        RefuseWhereNotAllowed(TaskReturnName);
        string handler = Wasi.Tasks.Return(result).Handler;
        if (result != ResultOf(handler))
        {
            throw new GuestTrapException(
                $"it called {TaskReturnName} with a result of another type than {handler} has"
            );
        }

        if ((uint)discriminant > 1)
        {
            throw new GuestTrapException($"{handler} returned {(uint)discriminant}, which is not a result");
        }

        _returned = discriminant;
        if (result == TaskResult.Answer && discriminant == 0)
        {
            _returned = HandOver(_memory.List(pointer, length, TheAnswer));
        }
        else if (discriminant == 1)
        {
            string reason = result == TaskResult.Plain ? "" : RejectionText.Of(_memory.List(pointer, length, TheText));
            NoteRejection(handler, reason);
        }
    }

    private void NoteRejection(string handler, string reason)
    {
        if (!_isAlone)
        {
            NoteReason(reason);
        }
        else
        {
            bool isMessage = handler == HostMessaging.HandleMessage;
            _aloneReason = reason.Length == 0 && !isMessage ? GuestErrors.Unreasoned(handler) : reason;
        }
    }

    private TaskResult ResultOf(string handler) =>
        handler switch
        {
            HostMessaging.HandleMessage => _plan.ReturnsReasons ? TaskResult.Reasoned : TaskResult.Plain,
            HostMessaging.HandleRequest => TaskResult.Answer,
            HostMessaging.HandleTopic => TaskResult.Reasoned,
            _ => TaskResult.None,
        };
}
