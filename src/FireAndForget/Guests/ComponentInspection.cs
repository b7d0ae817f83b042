using FireAndForget.Guests;
using FireAndForget.Guests.ComponentApi;
using FireAndForget.Guests.Decoding;
using FireAndForget.Wording;

namespace FireAndForget;

/// <summary>
/// What a file is and whether a host could run it, found out without running any of it. What fails only while a guest is
/// instantiated is not seen.
/// </summary>
public sealed class ComponentInspection
{
    internal ComponentInspection(GuestSummary guest, string? refusal)
    {
        IsComponent = guest.IsComponent;
        Imports = guest.Imports;
        Exports = guest.Exports;
        Receives = guest.Receives;
        Sends = guest.Sends;
        Initializes = guest.Initializes;
        Runtime = guest.IsDirect ? GuestRuntime.Direct : GuestRuntime.ComponentApi;
        Reason = guest.Reason;
        Refusal = refusal;
    }

    /// <summary>Whether it is a component; else it is a core module.</summary>
    public bool IsComponent { get; }

    /// <summary>The names of its imports as a component has them; a core module's as <c>module.name</c>.</summary>
    public IReadOnlyList<string> Imports { get; }

    /// <summary>The names of its exports.</summary>
    public IReadOnlyList<string> Exports { get; }

    /// <summary>
    /// Whether it exports one of the contract's handlers, such as <c>handle-message</c>, of its type; a core module's may be
    /// <c>handle_message</c>.
    /// </summary>
    public bool Receives { get; }

    /// <summary>Whether it imports a function of the host that sends, such as <c>send</c>.</summary>
    public bool Sends { get; }

    /// <summary>
    /// Whether it is a core module whose <c>_initialize</c>, or without that <c>_start</c>, is called once in each fresh instance, before
    /// anything else. A component says itself what runs when it is instantiated.
    /// </summary>
    public bool Initializes { get; }

    /// <summary>The runtime that would run it.</summary>
    public GuestRuntime Runtime { get; }

    /// <summary>Why <see cref="Runtime"/> is not <see cref="GuestRuntime.Direct"/>; empty where it is.</summary>
    public string Reason { get; }

    /// <summary>Why no host can run it; null where one can.</summary>
    public string? Refusal { get; }

    /// <summary>Inspects a source. Its code is checked and not run.</summary>
    /// <param name="source">Where the WebAssembly comes from.</param>
    /// <returns>What it is.</returns>
    /// <exception cref="ArgumentNullException">The source is null.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read, or is no WebAssembly.</exception>
    public static ComponentInspection Of(ComponentSource source) => Of(source, new());

    /// <summary>
    /// Inspects a component as a host would load it with these options: with folders that it is granted
    /// (<see cref="WasiOptions.Directories"/>), and with imports that it may have although nobody grants them
    /// (<see cref="WasiOptions.Refuse"/>). Its code is checked and not run.
    /// </summary>
    /// <param name="source">Where the WebAssembly comes from.</param>
    /// <param name="wasi">What it is granted.</param>
    /// <returns>What it is.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ComponentLoadException">The source cannot be read, or is no WebAssembly.</exception>
    public static ComponentInspection Of(ComponentSource source, WasiOptions wasi)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(wasi);
        bool grantsFolders = wasi.Directories.Count != 0;
        (GuestDescription description, byte[] binary) = GuestLoader.Describe(source, new(wasi.Refuse));
        var guest = GuestSummary.Of(description);
        if (grantsFolders && guest is { IsComponent: true, IsDirect: true })
        {
            guest = guest with { IsDirect = false, Reason = "it is granted directories" };
        }

        string? refusal = description.Refusal ?? (grantsFolders ? GuestLoader.WhyNoFolders(description) : null);
        return new(guest, refusal ?? InvalidCode(description, binary, grantsFolders));
    }

    /// <summary>What was found as a person reads it, in a line.</summary>
    public override string ToString() =>
        ValueText.Of(
            (nameof(IsComponent), IsComponent),
            (nameof(Imports), Imports),
            (nameof(Exports), Exports),
            (nameof(Receives), Receives),
            (nameof(Sends), Sends),
            (nameof(Initializes), Initializes),
            (nameof(Runtime), Runtime),
            (nameof(Reason), Reason.Length == 0 ? null : Reason),
            (nameof(Refusal), Refusal)
        );

    /// <summary>
    /// What is wrong with parts that the description does not cover: the code inside, and imports that Wasmtime lacks. Null where
    /// nothing is wrong.
    /// </summary>
    private static string? InvalidCode(GuestDescription description, byte[] binary, bool grantsFolders)
    {
        using Wasmtime.Engine engine = GuestLoader.CreateCheckingEngine(description.IsAsync);
        return GuestValidation.Check(
                engine,
                description,
                binary,
                stub =>
                    !description.HasRefusedImports && (grantsFolders || description.Plan is null)
                        ? ComponentApiCode.MissingImport(engine, stub)
                        : null
            ) ?? CostlyCode(description, binary);
    }

    /// <summary>What of the code is more than a host compiles by default; null where nothing is.</summary>
    private static string? CostlyCode(GuestDescription description, byte[] binary)
    {
        CompileBounds bounds = new(new());
        try
        {
            foreach (ReadOnlyMemory<byte> code in description.Plan?.Modules.Select(module => module.Bytes) ?? [binary])
            {
                bounds.Check(code);
            }

            return null;
        }
        catch (ComponentLoadException e)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
