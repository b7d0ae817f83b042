using FireAndForget.Guests.ComponentApi;
using FireAndForget.Guests.Decoding;

namespace FireAndForget.Tests;

/// <summary>
/// Puts a component into another one that imports what it imports, instantiates it with that, and exports what it exports, as tools
/// do that wrap what they built.
/// </summary>
internal static class NestedGuest
{
    private const int PreambleBytes = 8;
    private const byte ComponentSection = 4;
    private const byte InstanceSection = 5;
    private const byte AliasSection = 6;
    private const byte TypeSection = 7;
    private const byte ImportSection = 10;
    private const byte ExportSection = 11;

    /// <summary>The component in so many others, one around the other.</summary>
    public static byte[] Around(byte[] component, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            component = Around(component);
        }

        return component;
    }

    private static byte[] Around(byte[] component)
    {
        // Imports and the types that they need come first, and mean the same where they stand first in another component.
        byte[] imports = component[..EndOfImports(component)];
        ComponentScope outer = Read(imports);
        ComponentScope inner = Read(component);
        if (
            outer.Imports.Count != inner.Imports.Count
            || outer.Imports.Values.Any(import => import.Sort != ComponentSort.Instance)
        )
        {
            throw new ArgumentException("It imports something else than instances, or later.", nameof(component));
        }

        string[] handlers = [.. HostMessaging.Handlers.Where(inner.Exports.ContainsKey)];
        int made = outer.CountOf(ComponentSort.Instance);
        int functions = outer.CountOf(ComponentSort.Function);
        ComponentWriter writer = new();
        writer.Bytes(imports);
        writer.Section(ComponentSection, component);
        writer.Section(
            InstanceSection,
            w =>
            {
                w.Bytes(0).Number(0).Number(outer.Imports.Count);
                foreach ((int index, string name) in outer.Imports.Keys.Index())
                {
                    w.Name(name).Bytes(ComponentWriter.Instance).Number(index);
                }
            }
        );
        writer.Section(
            AliasSection,
            [.. handlers.Select(name => ComponentWriter.ExportOf(made, ComponentWriter.Function, name))]
        );
        writer.Section(
            ExportSection,
            [
                .. handlers.Select(
                    (name, index) =>
                        (Action<ComponentWriter>)(
                            w => w.ExternName(name).Bytes(ComponentWriter.Function).Number(functions + index).Bytes(0)
                        )
                ),
            ]
        );
        return writer.ToArray();
    }

    private static int EndOfImports(byte[] component)
    {
        int at = PreambleBytes;
        while (at < component.Length && component[at] is 0 or TypeSection or ImportSection or AliasSection)
        {
            int length = 0;
            int shift = 0;
            byte part;
            do
            {
                part = component[++at];
                length |= (part & 0x7F) << shift;
                shift += 7;
            } while (part >= 0x80);
            at += 1 + length;
        }

        return at;
    }

    private static ComponentScope Read(byte[] component) =>
        ComponentReader.Read(component, new(component, 0, component.Length, new(component.Length)), null);
}
