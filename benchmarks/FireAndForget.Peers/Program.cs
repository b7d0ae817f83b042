// Measures FireAndForget and the alternatives beside it: requests, publishes and later messages, then messages from one sender to one
// receiver. It leaves the results as JSON; the build's Bench target starts it.

using FireAndForget.Measuring;
using FireAndForget.Peers;
using FireAndForget.Peers.Conversations;
using FireAndForget.Reporting;

try
{
    var arguments = RunArguments.Parse(args);
    ResultJson.Write(arguments.Output, "conversations", await ConversationSuite.RunAsync(arguments));
    ResultJson.Write(arguments.Output, "peers", await new Harness(arguments).RunAsync());
    return 0;
}
catch (Exception e) when (e is MeasurementException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
