using FireAndForget.Tests.Faults;

// What happens here would end the tests' own process where it goes wrong, so they run it as one of its own: the first argument says
// what. It ends with exit code 0 and the line "ok" where all went as it should, and with an exception that says what did not.
switch (args)
{
    case ["arithmetic"]:
        await Arithmetic.RunAsync();
        break;
    case ["arithmetic", "engine-before"]:
        await Arithmetic.RunAsync(OtherEngine.Make);
        break;
    case ["arithmetic", "engine-after"]:
        await Arithmetic.RunAsync(null, OtherEngine.Make);
        break;
    case ["references"]:
        await References.RunAsync();
        break;
    case ["references", "engine-before"]:
        await References.RunAsync(OtherEngine.Make);
        break;
    case ["references", "engine-after"]:
        await References.RunAsync(null, OtherEngine.Make);
        break;
    case ["traps"]:
        await Traps.RunAsync();
        break;
    case ["traps", "engine-before"]:
        await Traps.RunAsync(OtherEngine.Make);
        break;
    case ["traps", "engine-after"]:
        await Traps.RunAsync(null, OtherEngine.Make);
        break;
    case ["small-stack"]:
        await SmallStack.RunAsync();
        break;
    case ["mappings"]:
        await Mappings.RunAsync();
        break;
    default:
        throw new ArgumentException($"'{string.Join(' ', args)}' is nothing that this program does.");
}

Console.WriteLine("ok");
