// Why a package test failed, or was not run.

namespace FireAndForget.Build.Packages;

internal class PackageTestException(string message) : Exception(message);

/// <summary>Something is missing on this machine without which a package test cannot be run.</summary>
internal sealed class PackageTestSkippedException(string message) : PackageTestException(message);
