namespace FireAndForget.Tests;

/// <summary>A host of guests in JavaScript for the tests of a class: each file is compiled once.</summary>
public sealed class JavaScriptHost : IAsyncDisposable
{
    private readonly MessagingHost _host = new();
    private readonly Dictionary<string, Component> _components = [];

    /// <summary>The component of a file, which may send to whose id starts with <c>client</c>; skips the test where it is not built.</summary>
    internal Component Add(string file)
    {
        if (!_components.TryGetValue(file, out Component? component))
        {
            string path = TestFiles.Built($"javascript/{file}");
            component = _host.AddComponent($"guests/{file}", path, new() { SendsTo = ["client*"] });
            _components.Add(file, component);
        }

        return component;
    }

    internal MessagingEndpoint AddInbox(string id, out Inbox inbox)
    {
        inbox = new();
        return _host.AddEndpoint(id, inbox.Handle, TestHost.Roomy);
    }

    internal Task SettleAsync() => _host.DrainAsync().WaitAsync(TestHost.Patience);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
