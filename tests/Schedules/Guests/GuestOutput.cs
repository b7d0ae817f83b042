using FireAndForget.Tests.Exploring;

namespace FireAndForget.Tests.Guests;

/// <summary>What the instances of one component were given, in this order.</summary>
internal sealed class GuestOutput
{
    /// <summary>A message whose number is this or more makes the guest trap.</summary>
    public const int Trap = 100;

    private readonly List<(int Version, uint Sender, int Number)> _messages = [];
    private bool _isInUse;

    public int Count => _messages.Count;

    public void Enter()
    {
        Expect.True(!_isInUse, () => "Two threads deliver to one component.");
        _isInUse = true;
    }

    public void Exit() => _isInUse = false;

    public void Add(int version, uint sender, int number)
    {
        Expect.True(
            _messages.Count == 0 || _messages[^1].Version <= version,
            () => $"Version {version} got a message after a newer one."
        );
        Expect.True(
            !_messages.Exists(m => m.Sender == sender && m.Number % Trap >= number % Trap),
            () => $"{number} of {sender} came again or too late."
        );
        _messages.Add((version, sender, number));
    }

    /// <summary>Which version got the message; 0: none.</summary>
    public int VersionOf(int number) => _messages.Find(m => m.Number == number).Version;
}
