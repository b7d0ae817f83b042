// The names under which the benchmark of clusters stores its results and the document looks them up.

using System.Globalization;

namespace FireAndForget.Reporting;

/// <summary>Names and cases of what is measured between processes.</summary>
public static class ClusterNames
{
    /// <summary>The part's file, without the extension; its circumstances lie beside it, because it is also run alone.</summary>
    public const string Part = "cluster";

    /// <summary>The file of the circumstances, without the extension.</summary>
    public const string Run = $"{Part}-{RunInfo.FileName}";

    /// <summary>A message's time from the sender until all have arrived; the case is who carries it.</summary>
    public const string OneWay = "cluster_one_way";

    /// <summary>All percentiles of a message and its answer; the case is who carries them.</summary>
    public const string RoundTrip = "cluster_round_trip";

    /// <summary>The processor time of a message at <see cref="PacedRate"/>; the case is who carries it and which process.</summary>
    public const string Processor = "cluster_processor";

    /// <summary>What the same processes use without messages, spread on as many as there would be; cases as <see cref="Processor"/>.</summary>
    public const string ProcessorIdle = "cluster_processor_idle";

    /// <summary>Bytes of a process beside a receiver that takes 1 ms a message; the case is which, of what, and when.</summary>
    public const string Memory = "cluster_memory";

    /// <summary>From the kill of a silo until it is known to be dead, and until messages are answered again; the case is how silos probe.</summary>
    public const string KillNoticed = "cluster_kill_noticed";
    public const string KillFlowing = "cluster_kill_flowing";

    /// <summary>
    /// What an id costs: managed bytes of a silo that does not host it, the time of a change until all silos have acknowledged it and the bytes that are
    /// sent for it, and for a silo that comes the bytes of an id and the time until it knows all. The case is how many ids and silos.
    /// </summary>
    public const string TableMemory = "cluster_table_memory";
    public const string TableChange = "cluster_table_change";
    public const string TableChangeBytes = "cluster_table_change_bytes";
    public const string TableJoin = "cluster_table_join";
    public const string TableJoinBytes = "cluster_table_join_bytes";

    /// <summary>How the names of those begin that carry messages beside FireAndForget; their versions and calls follow.</summary>
    public const string Nats = "NATS.Net";
    public const string Akka = "Akka.Remote";
    public const string Proto = "Proto.Remote";
    public const string Orleans = "Orleans";

    public const string Awaited = "awaited call";
    public const string OneWayCall = "one-way call";

    public const string Echo = "FireAndForget, a message to an echo and back";
    public const string Request = "FireAndForget, RequestAsync of a guest";

    /// <summary>A grain call between the same two silos, in turn with the messages.</summary>
    public const string CallBeside = "awaited grain call to the same silo";

    public const string Sender = "sender";
    public const string Receiver = "receiver";

    /// <summary>A server between sender and receiver.</summary>
    public const string Between = "between";

    public const string Resident = "resident";
    public const string Managed = "managed";

    public const string FastProbes = "`ProbeTimeout` 1 s, two missed probes, one vote";
    public const string DefaultProbes = "the defaults";

    /// <summary>When memory is looked at: before the messages, with a full outbox, after half of the time, and at the end.</summary>
    public static IReadOnlyList<string> Moments { get; } = ["before", "full", "middle", "end"];

    /// <summary>How many ids the table is measured with.</summary>
    public static IReadOnlyList<int> Ids { get; } = [1_000, 10_000];

    /// <summary>The lengths of the messages, in bytes.</summary>
    public static IReadOnlyList<int> Payloads { get; } = [16, 256, 4096];

    /// <summary>How many messages are sent each second where processor time is measured.</summary>
    public static int PacedRate => 100_000;

    /// <summary>The case of one of the processes.</summary>
    /// <param name="who">Who carries the messages.</param>
    /// <param name="process">Such as <see cref="Sender"/>.</param>
    /// <returns>The case.</returns>
    public static string ProcessOf(string who, string process) => $"{who}, {process}";

    /// <summary>The case of a process's memory.</summary>
    /// <param name="process"><see cref="Sender"/> or <see cref="Receiver"/>.</param>
    /// <param name="what"><see cref="Resident"/> or <see cref="Managed"/>.</param>
    /// <param name="moment">One of <see cref="Moments"/>.</param>
    /// <returns>The case.</returns>
    public static string MemoryOf(string process, string what, string moment) => $"{process}, {what}, {moment}";

    /// <summary>The case of a table.</summary>
    /// <param name="ids">How many ids are in it.</param>
    /// <param name="silos">How many silos have it.</param>
    /// <returns>The case.</returns>
    public static string TableOf(int ids, int silos) =>
        string.Create(CultureInfo.InvariantCulture, $"{ids:N0} ids, {silos} silos");
}
