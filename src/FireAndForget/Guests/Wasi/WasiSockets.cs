using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The functions of <c>wasi:sockets</c> that need no socket: there is a network, and nothing may be done with it.</summary>
internal static class WasiSockets
{
    /// <summary>The case <c>access-denied</c> of the network's <c>error-code</c>, and of those of WASI 0.3.</summary>
    private const byte AccessDenied = 1;
    private const byte AccessDenied3 = 0;

    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name switch
        {
            "wasi:sockets/instance-network#instance-network" => WasiCli.Handle(wasi, call, WasiHandleKind.Network),
            "wasi:sockets/ip-name-lookup#resolve-addresses" => ResolveAddresses(wasi, call),
            "wasi:sockets/tcp-create-socket#create-tcp-socket" => CreateSocket(call, Deny),
            "wasi:sockets/udp-create-socket#create-udp-socket" => CreateSocket(call, Deny),
            "wasi:sockets/types@0.3#[static]tcp-socket.create" => CreateSocket(call, Deny3),
            "wasi:sockets/types@0.3#[static]udp-socket.create" => CreateSocket(call, Deny3),
            "wasi:sockets/ip-name-lookup@0.3#resolve-addresses" => ResolveAddresses3(wasi, call),
            _ => null,
        };

    private static Function ResolveAddresses(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int network, int pointer, int length, int answer) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(network, WasiHandleKind.Network);
                call.Text(pointer, length, $"the name for {call.Function}");
                Deny(call, answer);
            }
        );

    /// <summary>That of WASI 0.3, an async function that has its answer at once.</summary>
    private static Function ResolveAddresses3(WasiInstance wasi, LoweredCall call)
    {
        return call.IsAsync
            ? Function.FromCallback(call.Store, (int pointer, int length, int answer) => Call(pointer, length, answer))
            : Function.FromCallback(
                call.Store,
                (int pointer, int length, int answer) =>
                {
                    Call(pointer, length, answer);
                }
            );

        int Call(int pointer, int length, int answer)
        {
            call.Enter();
            call.Text(pointer, length, $"the name for {call.Function}");
            Deny3(call, answer);
            return wasi.Tasks.Call(call, until: 0);
        }
    }

    private static Function CreateSocket(LoweredCall call, Action<LoweredCall, int> deny) =>
        Function.FromCallback(
            call.Store,
            (int family, int answer) =>
            {
                call.Enter();
                if ((uint)family > 1)
                {
                    throw new GuestTrapException(
                        $"it called {call.Function} with {(uint)family}, which is no family of addresses"
                    );
                }

                deny(call, answer);
            }
        );

    private static void Deny(LoweredCall call, int answer)
    {
        Span<byte> result = call.Answer(answer, 8, 4);
        result[0] = 1;
        result[4] = AccessDenied;
    }

    /// <summary>As <see cref="Deny"/>, where the error is a variant, of which one case may have a text.</summary>
    private static void Deny3(LoweredCall call, int answer)
    {
        Span<byte> result = call.Answer(answer, 20, 4);
        result[0] = 1;
        result[4] = AccessDenied3;
    }
}
