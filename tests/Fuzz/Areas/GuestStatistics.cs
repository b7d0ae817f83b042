namespace FireAndForget.Tests.Fuzz.Areas;

/// <summary>What became of a guest that was loaded.</summary>
/// <param name="Statistics">The outcomes of its messages.</param>
/// <param name="Sent">How many messages of it arrived.</param>
internal sealed record GuestStatistics(MessageStatistics Statistics, long Sent);
