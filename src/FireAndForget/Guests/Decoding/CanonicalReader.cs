namespace FireAndForget.Guests.Decoding;

/// <summary>
/// Reads canonical definitions: functions lifted and lowered between the component and its core modules, and what the
/// canonical ABI itself offers to core code.
/// </summary>
internal static class CanonicalReader
{
    public static void Read(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        byte code = section.ReadByte();
        switch (code)
        {
            case 0x00:
                ReadLift(ref section, scope, offset);
                break;
            case 0x01:
                ExpectFunction(ref section);
                var function = (ComponentFunction)scope.At(ComponentSort.Function, section.ReadU32(), offset);
                scope.Add(new LoweredFunction(function, ReadOptions(ref section, scope)));
                break;
            case 0x03:
                scope.Add(new DroppedResource(ReadResource(ref section, scope)));
                break;
            default:
                scope.Add(ReadBuiltIn(ref section, scope, code, offset));
                break;
        }
    }

    private static void ReadLift(ref WasmReader section, ComponentScope scope, int offset)
    {
        ExpectFunction(ref section);
        CoreDefinition function = scope.At(CoreSort.Function, section.ReadU32(), offset);
        CanonicalOptions options = ReadOptions(ref section, scope);
        int typeOffset = section.Position;
        ComponentType type = scope.TypeAt(section.ReadU32(), typeOffset);
        if (!type.IsFunction)
        {
            throw WasmReader.Damaged("a function is lifted to a type that is no function's", typeOffset);
        }

        scope.Add(new ComponentFunction(type) { Lift = new CanonicalLift(function, options, offset) });
    }

    private static CanonicalBuiltIn ReadBuiltIn(ref WasmReader section, ComponentScope scope, byte code, int offset)
    {
        switch (code)
        {
            case 0x02:
                ReadResource(ref section, scope);
                return new("resource.new");
            case 0x04:
                ReadResource(ref section, scope);
                return new("resource.rep");
            case 0x05:
                return new("task.cancel");
            case 0x06:
                return new("subtask.cancel") { IsAsync = ReadFlag(ref section) };
            case 0x09:
                ComponentType? result = ComponentTypeReader.ReadResult(ref section, scope);
                return new("task.return") { Type = result, Options = ReadOptions(ref section, scope) };
            case 0x0A or 0x0B:
                CoreTypeReader.ReadValue(ref section);
                return new(code == 0x0A ? "context.get" : "context.set") { Slot = section.ReadU32() };
            case 0x0C:
                section.ReadByte();
                return new("thread.yield");
            case 0x0D:
                return new("subtask.drop");
            case >= 0x0E and <= 0x14:
                return ReadChannelBuiltIn(ref section, scope, "stream", code - 0x0E);
            case >= 0x15 and <= 0x1B:
                return ReadChannelBuiltIn(ref section, scope, "future", code - 0x15);
            case 0x1C:
                ReadOptions(ref section, scope);
                return new("error-context.new");
            case 0x1D:
                ReadOptions(ref section, scope);
                return new("error-context.debug-message");
            case 0x1E:
                return new("error-context.drop");
            case 0x1F:
                return new("waitable-set.new");
            case 0x20 or 0x21:
                section.ReadByte();
                return new(code == 0x20 ? "waitable-set.wait" : "waitable-set.poll")
                {
                    Memory = scope.At(CoreSort.Memory, section.ReadU32(), offset),
                };
            case 0x22:
                return new("waitable-set.drop");
            case 0x23:
                return new("waitable.join");
            case 0x24 or 0x25:
                return new(code == 0x24 ? "backpressure.inc" : "backpressure.dec");
            case 0x26:
                return new("thread.index");
            case 0x27:
                section.ReadU32();
                section.ReadU32();
                return new("thread.new-indirect");
            case 0x28:
                return new("thread.resume-later");
            case >= 0x29 and <= 0x2D:
                section.ReadByte();
                return new("thread.suspend");
            default:
                throw WasmReader.Unsupported($"0x{code:x2} is the code of no canonical function", offset);
        }
    }

    // Streams and futures have the same seven functions in the same order.
    private static CanonicalBuiltIn ReadChannelBuiltIn(
        ref WasmReader section,
        ComponentScope scope,
        string channel,
        int function
    )
    {
        int offset = section.Position;
        ComponentType type = scope.TypeAt(section.ReadU32(), offset);
        ComponentTypeKind kind = channel == "stream" ? ComponentTypeKind.Stream : ComponentTypeKind.Future;
        if (type.Kind != kind)
        {
            throw WasmReader.Damaged($"a {channel}'s type is named and it is another one", offset);
        }

        return function switch
        {
            0 => new($"{channel}.new") { Type = type },
            1 or 2 => new($"{channel}.{(function == 1 ? "read" : "write")}")
            {
                Type = type,
                Options = ReadOptions(ref section, scope),
            },
            3 or 4 => new($"{channel}.{(function == 3 ? "cancel-read" : "cancel-write")}")
            {
                Type = type,
                IsAsync = ReadFlag(ref section),
            },
            _ => new($"{channel}.{(function == 5 ? "drop-readable" : "drop-writable")}") { Type = type },
        };
    }

    private static bool ReadFlag(ref WasmReader section) => section.ReadByte() != 0;

    private static ComponentType ReadResource(ref WasmReader section, ComponentScope scope)
    {
        int offset = section.Position;
        ComponentType type = scope.TypeAt(section.ReadU32(), offset);
        return type.Kind == ComponentTypeKind.Resource
            ? type
            : throw WasmReader.Damaged("a resource's type is named and it is another one", offset);
    }

    private static CanonicalOptions ReadOptions(ref WasmReader section, ComponentScope scope)
    {
        CanonicalOptions options = new();
        int count = section.ReadCount("options", 0);
        for (int i = 0; i < count; i++)
        {
            int offset = section.Position;
            byte code = section.ReadByte();
            switch (code)
            {
                case 0x00:
                    options.StringEncoding = "utf8";
                    break;
                case 0x01:
                    options.StringEncoding = "utf16";
                    break;
                case 0x02:
                    options.StringEncoding = "latin1+utf16";
                    break;
                case 0x03:
                    options.Memory = scope.At(CoreSort.Memory, section.ReadU32(), offset);
                    break;
                case 0x04:
                    options.Realloc = scope.At(CoreSort.Function, section.ReadU32(), offset);
                    break;
                case 0x05:
                    options.PostReturn = scope.At(CoreSort.Function, section.ReadU32(), offset);
                    break;
                case 0x06:
                    options.IsAsync = true;
                    break;
                case 0x07:
                    options.Callback = scope.At(CoreSort.Function, section.ReadU32(), offset);
                    break;
                case 0x08:
                    section.ReadU32();
                    options.Unusual ??= "core-type";
                    break;
                case 0x09:
                    options.Unusual ??= "gc";
                    break;
                default:
                    throw WasmReader.Unsupported($"0x{code:x2} is the code of no option of a function", offset);
            }
        }

        return options;
    }

    private static void ExpectFunction(ref WasmReader section)
    {
        int offset = section.Position;
        if (section.ReadByte() != 0x00)
        {
            throw WasmReader.Unsupported("something else than a function is lifted or lowered", offset);
        }
    }
}
