#region first-host
using System.Text;
using FireAndForget;

await using var host = new MessagingHost();

// A component that somebody else wrote. It may answer the client, and may send to nobody else.
host.AddComponent("mirror", "fixtures/guests/c/c-mirror.wasm", new() { SendsTo = ["client"] });

// The .NET side: receives what is sent to "client", and sends as "client".
MessagingEndpoint client = host.AddEndpoint(
    "client",
    message => Console.WriteLine($"{message.Sender} says {Encoding.UTF8.GetString(message.Bytes)}")
);

SendStatus status = client.Send("mirror", "hello"u8); // Accepted: checked and queued, not yet handled
Console.WriteLine(status);

await host.DrainAsync(); // mirror says olleh
Console.WriteLine(host.Statistics);
#endregion
