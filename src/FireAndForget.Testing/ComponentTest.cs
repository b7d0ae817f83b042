namespace FireAndForget.Testing;

/// <summary>
/// Tests one component in a <see cref="TestHost"/>. The endpoints that the component may send to exist and record what they get;
/// the test sends from one of them.
/// </summary>
/// <example>
/// <code>
/// await using ComponentTest mirror = new("mirror.wasm", new() { SendsTo = ["test"] });
///
/// (await mirror.SendAsync("hello")).AssertHandled();
///
/// mirror.AssertSent("test", "olleh");
/// </code>
/// </example>
public sealed class ComponentTest : IDisposable, IAsyncDisposable
{
    private readonly Dictionary<string, RecordingEndpoint> _endpoints = new(StringComparer.Ordinal);

    /// <summary>Loads a component from a file.</summary>
    /// <param name="path">The file, .wasm or .wat.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults.</param>
    /// <exception cref="ComponentLoadException">It cannot be loaded.</exception>
    public ComponentTest(string path, ComponentOptions? options = null)
        : this(ComponentSource.FromFile(path), options) { }

    /// <summary>Loads a component from any source.</summary>
    /// <param name="source">Where its WebAssembly comes from.</param>
    /// <param name="options">What it may do, accepts and may use; null: the defaults.</param>
    /// <param name="configure">Changes the host's options.</param>
    /// <exception cref="ComponentLoadException">It cannot be loaded.</exception>
    public ComponentTest(
        ComponentSource source,
        ComponentOptions? options = null,
        Action<MessagingHostOptions>? configure = null
    )
    {
        TestHost = new(configure);
        try
        {
            _endpoints.Add("test", TestHost.Endpoint);
            foreach (string target in options?.SendsTo ?? [])
            {
                if (!target.EndsWith('*') && !_endpoints.ContainsKey(target))
                {
                    _endpoints.Add(target, TestHost.AddEndpoint(target));
                }
            }

            Component = TestHost.AddComponent("component", source, options);
        }
        catch
        {
            TestHost.Dispose();
            throw;
        }
    }

    /// <summary>The host.</summary>
    public TestHost TestHost { get; }

    /// <summary>The component; its id is 'component'.</summary>
    public Component Component { get; }

    /// <summary>Sends it a message from the endpoint 'test' and delivers until the message has its outcome and nothing is left.</summary>
    /// <param name="message">The message.</param>
    /// <returns>What became of it.</returns>
    public Task<SendResult> SendAsync(ReadOnlyMemory<byte> message) => TestHost.SendAsync(Component.Id, message);

    /// <summary>
    /// Sends it a text in UTF-8 from the endpoint 'test' and delivers until the message has its outcome and nothing is left.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentNullException">The message is null.</exception>
    public Task<SendResult> SendAsync(string message) => TestHost.SendAsync(Component.Id, message);

    /// <summary>
    /// Asserts that the next message that it sent to this target, after those that were asserted before, is this text.
    /// </summary>
    /// <param name="target">One of the ids that it may send to.</param>
    /// <param name="text">The text.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentException">It is not among the targets that the component was given.</exception>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="TestFailedException">There is no further message, or it is another.</exception>
    public RecordedMessage AssertSent(string target, string text) => Of(target).AssertReceived(text, Component.Id);

    /// <summary>
    /// Asserts that the next message that it sent to this target, after those that were asserted before, has these bytes.
    /// </summary>
    /// <param name="target">One of the ids that it may send to.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ArgumentException">It is not among the targets that the component was given.</exception>
    /// <exception cref="ArgumentNullException">The target is null.</exception>
    /// <exception cref="TestFailedException">There is no further message, or it is another.</exception>
    public RecordedMessage AssertSent(string target, ReadOnlySpan<byte> bytes) =>
        Of(target).AssertReceived(bytes, Component.Id);

    /// <summary>Asserts that it sent nothing to anybody after the messages that were asserted before.</summary>
    /// <exception cref="TestFailedException">It did.</exception>
    public void AssertSentNothing()
    {
        foreach (RecordingEndpoint endpoint in _endpoints.Values)
        {
            endpoint.AssertReceivedNothing();
        }
    }

    /// <summary>Stops the host.</summary>
    public void Dispose() => TestHost.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => TestHost.DisposeAsync();

    private RecordingEndpoint Of(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return _endpoints.TryGetValue(target, out RecordingEndpoint? endpoint)
            ? endpoint
            : throw new ArgumentException(
                $"'{target}' is none of the endpoints of this test ({string.Join(", ", _endpoints.Keys)}); name it in SendsTo.",
                nameof(target)
            );
    }
}
