using System.Text.Unicode;
using FireAndForget.Guests.Calls;
using Wasmtime;

namespace FireAndForget.Guests.Wasi;

/// <summary>The functions of <c>wasi:sockets</c> that need no socket: there is a network, and nothing may be done with it.</summary>
internal static class WasiSockets
{
    /// <summary>The case <c>access-denied</c> of the network's <c>error-code</c>.</summary>
    private const byte AccessDenied = 1;

    public static Function? Find(string name, WasiInstance wasi, LoweredCall call) =>
        name switch
        {
            "wasi:sockets/instance-network#instance-network" => WasiCli.Handle(wasi, call, WasiHandleKind.Network),
            "wasi:sockets/ip-name-lookup#resolve-addresses" => ResolveAddresses(wasi, call),
            "wasi:sockets/tcp-create-socket#create-tcp-socket" => CreateSocket(call),
            "wasi:sockets/udp-create-socket#create-udp-socket" => CreateSocket(call),
            _ => null,
        };

    private static Function ResolveAddresses(WasiInstance wasi, LoweredCall call) =>
        Function.FromCallback(
            call.Store,
            (int network, int pointer, int length, int answer) =>
            {
                call.Enter();
                wasi.Handles.ValueOf(network, WasiHandleKind.Network);
                if (!Utf8.IsValid(call.Argument(pointer, length)))
                {
                    throw new GuestTrapException($"the name for {call.Function} is not UTF-8");
                }

                Deny(call, answer);
            }
        );

    private static Function CreateSocket(LoweredCall call) =>
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

                Deny(call, answer);
            }
        );

    private static void Deny(LoweredCall call, int answer)
    {
        Span<byte> result = call.Answer(answer, 8, 4);
        result[0] = 1;
        result[4] = AccessDenied;
    }
}
