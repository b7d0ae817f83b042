using FireAndForget.Tests.Exploring;

namespace FireAndForget.Tests.Dispatching;

/// <summary>A handler that looks whether it is called once at a time, and for each sender in order.</summary>
internal sealed class Inbox
{
    private readonly List<(string Sender, int Number)> _messages = [];
    private bool _isAtWork;

    public int Count => _messages.Count;

    /// <summary>What the handler does besides.</summary>
    public Action<int> OnMessage { get; set; } = _ => { };

    public void Handle(ReceivedMessage message)
    {
        Expect.True(!_isAtWork, () => "Two workers are in one handler.");
        _isAtWork = true;
        int number = message.Bytes[0];
        string sender = message.Sender;
        Expect.True(
            !_messages.Exists(m => m.Sender == sender && m.Number >= number),
            () => $"{number} of {sender} came again or too late."
        );
        OnMessage(number);
        _messages.Add((sender, number));
        _isAtWork = false;
    }

    public IEnumerable<int> Of(string sender) => _messages.Where(m => m.Sender == sender).Select(m => m.Number);

    public bool Has(string sender, int number) => _messages.Contains((sender, number));
}
