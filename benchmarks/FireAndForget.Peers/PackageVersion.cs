// The version of a peer, as its package says it.

using System.Reflection;

namespace FireAndForget.Peers;

internal static class PackageVersion
{
    public static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+', '-', ' ')[0]
            .TrimEnd('.')
        ?? "";
}
