using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using Microsoft.Win32.SafeHandles;

namespace FireAndForget.Guests.Compiling;

/// <summary>What an access list of Windows allows somebody.</summary>
/// <param name="Sid">Who, as text.</param>
/// <param name="Mask">The rights, as in an ACCESS_MASK.</param>
internal readonly record struct AllowedAccess(string Sid, uint Mask);

/// <summary>Owner and access list of a file or folder of Windows, and files and folders that only this user has rights to.</summary>
internal static class WindowsAccess
{
    // Data, appended data, extended attributes, deleting (also what a folder holds), access list, owner; all, writing.
    private const uint Writing = 0x2 | 0x4 | 0x10 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;
    private const uint Reading = 0x1 | 0x80000000;

    private const string System = "S-1-5-18";
    private const string Administrators = "S-1-5-32-544";
    private const string OwnerRights = "S-1-3-4";

    /// <summary>Why something is not to be trusted; null where all is well. The system itself and administrators are trusted, because
    /// they can take everything anyway, and files of a process with raised rights belong to the administrators.</summary>
    /// <param name="owner">Its owner's SID.</param>
    /// <param name="allowed">What its access list allows.</param>
    /// <param name="user">The SID of the user of this process.</param>
    /// <param name="isSecret">Whether others may not even read it.</param>
    public static string? Distrust(string owner, IEnumerable<AllowedAccess> allowed, string user, bool isSecret)
    {
        if (owner != user && owner is not (System or Administrators))
        {
            return $"it belongs to another user ({owner}; this process runs as {user})";
        }

        uint denied = isSecret ? Writing | Reading : Writing;
        foreach ((string sid, uint mask) in allowed)
        {
            if ((mask & denied) != 0 && sid != user && sid is not (System or Administrators or OwnerRights))
            {
                return $"others than its owner may {(isSecret ? "read or write" : "write to")} it ({sid}: 0x{mask:X8})";
            }
        }

        return null;
    }

    /// <summary>Asks about a file that is open.</summary>
    /// <inheritdoc cref="Distrust(string, IEnumerable{AllowedAccess}, string, bool)"/>
    [SupportedOSPlatform("windows")]
    public static string? Distrust(SafeFileHandle file, bool isSecret)
    {
        using SafeFileHandle borrowed = new(file.DangerousGetHandle(), ownsHandle: false);
        using FileStream stream = new(borrowed, FileAccess.Read, bufferSize: 0);
        return Distrust(() => stream.GetAccessControl(), isSecret);
    }

    /// <summary>Asks about a folder; by its path, because .NET opens none.</summary>
    /// <inheritdoc cref="Distrust(string, IEnumerable{AllowedAccess}, string, bool)"/>
    [SupportedOSPlatform("windows")]
    public static string? DistrustFolder(string path) =>
        Distrust(() => new DirectoryInfo(path).GetAccessControl(), isSecret: false);

    /// <summary>Makes a folder to which only this user has rights, and to what will lie in it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    [SupportedOSPlatform("windows")]
    public static void CreateFolder(string path)
    {
        DirectorySecurity security = new();
        OnlyFor(security, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit);
        new DirectoryInfo(path).Create(security);
    }

    /// <summary>Makes a file to which only this user has rights.</summary>
    /// <exception cref="IOException">It is there, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    [SupportedOSPlatform("windows")]
    public static FileStream CreateFile(string path)
    {
        FileSecurity security = new();
        OnlyFor(security, InheritanceFlags.None);
        return new FileInfo(path).Create(
            FileMode.CreateNew,
            FileSystemRights.FullControl,
            FileShare.None,
            bufferSize: 4096,
            FileOptions.None,
            security
        );
    }

    [SupportedOSPlatform("windows")]
    private static string? Distrust(Func<FileSystemSecurity> ask, bool isSecret)
    {
        try
        {
            FileSystemSecurity security = ask();
            string owner = security.GetOwner(typeof(SecurityIdentifier))?.Value ?? "nobody";
            IEnumerable<AllowedAccess> allowed = security
                .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier))
                .Cast<FileSystemAccessRule>()
                .Where(rule =>
                    rule.AccessControlType == AccessControlType.Allow
                    && (rule.PropagationFlags & PropagationFlags.InheritOnly) == 0
                )
                .Select(rule => new AllowedAccess(rule.IdentityReference.Value, (uint)rule.FileSystemRights));
            return Distrust(owner, allowed, User().Value, isSecret);
        }
        // A file system without access lists, an owner who is no longer known, or a denied look: each has an exception of its own.
        catch (SystemException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
        {
            return $"its owner and access list cannot be read ({e.Message})";
        }
    }

    [SupportedOSPlatform("windows")]
    private static void OnlyFor(FileSystemSecurity security, InheritanceFlags inheritance)
    {
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(
            new(User(), FileSystemRights.FullControl, inheritance, PropagationFlags.None, AccessControlType.Allow)
        );
    }

    [SupportedOSPlatform("windows")]
    private static SecurityIdentifier User()
    {
        using var identity = WindowsIdentity.GetCurrent();
        return identity.User ?? throw new UnauthorizedAccessException("This process runs as no user.");
    }
}
