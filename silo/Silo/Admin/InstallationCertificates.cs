using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Admin;

/// <summary>
/// The files of an installation's certificates. The authority's key has a folder of its own, which no silo ever sees; what is there already is
/// never written over.
/// </summary>
internal static class InstallationCertificates
{
    /// <summary>The name of the authority's certificate, wherever it lies.</summary>
    public const string AuthorityFile = "ca.crt";

    private const string AuthorityKeyFile = "ca.key";
    private const string SiloName = "silo";
    private const int MaxNameLength = 64;

    /// <summary>The folder's files as a silo uses them.</summary>
    public static CertificateFiles OfSilo(string folder) => new(
        Path.Combine(folder, $"{SiloName}.crt"), Path.Combine(folder, $"{SiloName}.key"), Path.Combine(folder, AuthorityFile));

    /// <summary>Makes the authority, unless there is one, and the certificate that all silos of the installation use.</summary>
    public static void IssueForSilos(string authorityFolder, string folder, TimeProvider time)
    {
        if (File.Exists(Path.Combine(folder, $"{SiloName}.crt")))
        {
            return;
        }

        if (!File.Exists(Path.Combine(authorityFolder, AuthorityFile)))
        {
            using var made = CertificateAuthority.Create(time.GetUtcNow());
            CreateForOwner(authorityFolder);
            Write(authorityFolder, AuthorityKeyFile, made.KeyPem, isUnfinished: true);
            Write(authorityFolder, AuthorityFile, made.CertificatePem);
        }

        Issue(authorityFolder, folder, CertificateRoles.Silo, SiloName, time);
    }

    /// <summary>
    /// Writes <c>NAME.crt</c>, <c>NAME.key</c> and <c>ca.crt</c> into a folder, for somebody of a role: silo, app or runner.
    /// </summary>
    public static int Issue(string authorityFolder, string folder, string role, string name, TimeProvider time)
    {
        var certificate = Path.Combine(folder, $"{name}.crt");
        if (File.Exists(certificate))
        {
            throw new ConfigurationException(certificate, "is there already and is not written over: name another folder by --data.");
        }

        using var authority = Read(authorityFolder);
        var made = authority.Issue(role, name, time.GetUtcNow());
        CreateForOwner(folder);
        var known = Path.Combine(folder, AuthorityFile);
        if (!File.Exists(known))
        {
            Write(folder, AuthorityFile, authority.CertificatePem);
        }
        else if (File.ReadAllText(known).Trim() != authority.CertificatePem)
        {
            throw new ConfigurationException(known, "is another authority's: name another folder by --data.");
        }

        // The certificate comes last: without it the key is one that a call which was cut short has left.
        Write(folder, $"{name}.key", made.KeyPem, isUnfinished: true);
        Write(folder, $"{name}.crt", made.CertificatePem);
        return ExitCodes.Success;
    }

    /// <summary>The role of this name on the command line; null when there is none.</summary>
    public static string? RoleOf(string name) => name switch
    {
        "silo" => CertificateRoles.Silo,
        "app" => CertificateRoles.App,
        "runner" => CertificateRoles.Runner,
        _ => null,
    };

    /// <summary>Whether a certificate and its files can be called this.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(each => char.IsAsciiLetterOrDigit(each) || each is '.' or '-' or '_');

    private static CertificateAuthority Read(string folder)
    {
        try
        {
            return CertificateAuthority.Read(
                File.ReadAllText(Path.Combine(folder, AuthorityFile)), File.ReadAllText(Path.Combine(folder, AuthorityKeyFile)));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ConfigurationException(
                "--authority", $"is {folder}, where {AuthorityFile} and {AuthorityKeyFile} of an authority can't be read: name the folder in which silo admin secrets made it.");
        }
    }

    private static void Write(string folder, string file, string pem, bool isUnfinished = false) =>
        AtomicPrivateFile.Write(Path.Combine(folder, file), Encoding.ASCII.GetBytes(pem), replace: isUnfinished);

    private static void CreateForOwner(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
