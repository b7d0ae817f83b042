using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Wasmtime;

namespace FireAndForget.Guests.Compiling;

/// <summary>Names what a binary compiles to: its content, and all that the machine code depends on besides.</summary>
internal static class CacheKey
{
    /// <summary>The characters of a key: SHA-256 in hexadecimal.</summary>
    public const int Length = 2 * SHA256.HashSizeInBytes;

    /// <summary>The key.</summary>
    /// <param name="kind">What is kept: a compiled <c>module</c> or <c>component</c>, or the <c>verdict</c> that a guest is valid.</param>
    /// <param name="settings">How the engine is set up.</param>
    /// <param name="binary">The binary; for a verdict its digest.</param>
    public static string Of(string kind, string settings, ReadOnlySpan<byte> binary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string surroundings =
            $"layout {CacheEntry.Layout}, Wasmtime {typeof(Engine).Assembly.GetName().Version}, "
            + $"{RuntimeInformation.RuntimeIdentifier}, {settings}, {kind}\n";
        hash.AppendData(Encoding.UTF8.GetBytes(surroundings));
        hash.AppendData(binary);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
