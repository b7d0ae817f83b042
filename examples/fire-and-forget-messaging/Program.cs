// A house in which three WebAssembly components and a family exchange messages: what is delivered, what the host refuses, and
// what becomes of a message that goes wrong. README.md beside this file tells the same, and topology.json is it for faf.

using System.Text;
using FireAndForget;

// Without workers messages are delivered only while DrainAsync is awaited, so that the story is the same each time. A host for
// real work has them: new MessagingHost().
await using MessagingHost host = new(new() { Workers = 0 });

// Each component runs in a sandbox of its own, and sends to nobody that it was not allowed to send to.
host.AddComponent("thermometer", Wat("thermometer.wat"), new() { SendsTo = ["alarm"] });
host.AddComponent("alarm", Wat("alarm.wat"), new() { SendsTo = ["family"], ReceivesFrom = ["thermometer"] });
host.AddComponent("toaster", Wat("toaster.wat"), new() { Restart = new() { Max = 1 } });

// The family is the .NET side: an endpoint, which sends, and whose handler gets what is sent to it.
MessagingEndpoint family = host.AddEndpoint(
    "family",
    message => Console.WriteLine($"   {message.Sender} says: {Encoding.UTF8.GetString(message.Bytes)}")
);
using EventSubscription events = host.Subscribe();

await SendAsync("21 degrees, which is nothing to talk about", "thermometer", [21]);
await SendAsync("35 degrees, which the thermometer passes on to the alarm", "thermometer", [35]);
await SendAsync("a reading of four bytes, which the thermometer rejects", "thermometer", "warm"u8.ToArray());
await SendAsync("toast; the toaster tries to raise the alarm, which it may not", "toaster", "toast"u8.ToArray());
await SendAsync("nothing, at which the toaster crashes; a fresh one takes its place", "toaster", []);
await SendAsync("hello, to somebody who does not exist", "fridge", "hello?"u8.ToArray());

HostStatistics all = host.Statistics;
Console.WriteLine($"Of {all.Sent} messages {all.Refused} were refused and {all.Accepted} accepted:");
Console.WriteLine($"{all.Handled} were handled, {all.Rejected} rejected, and at {all.Trapped} a component trapped.");

// Sends one message and shows all that comes of it. A send answers at once; waiting for the rest is only for this story.
async Task SendAsync(string what, string target, byte[] message)
{
    Console.WriteLine($"The family sends the {target} {what}.");
    SendStatus status = family.Send(target, message);
    Console.WriteLine($"   the host answers: {status}");
    await host.DrainAsync();
    while (events.TryRead(out HostEvent? happened))
    {
        Console.WriteLine(
            happened switch
            {
                SendRefused e => $"   refused, from {e.Sender} to {e.Target}: {e.Status}",
                DeadLetter e => $"   dead letter, from {e.Sender} to {e.Target}: {e.Outcome}, {e.Reason}",
                ComponentRestarted e => $"   restarted: {e.Component}",
                _ => $"   {happened}",
            }
        );
    }
}

static string Wat(string file) => Path.Combine(AppContext.BaseDirectory, file);
