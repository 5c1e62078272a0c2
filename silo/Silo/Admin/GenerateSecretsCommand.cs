using System.Text;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Admin;

/// <summary>Makes what all silos of one installation share, before there is a database: its password, the server key and their certificate.</summary>
internal static class GenerateSecretsCommand
{
    private const string User = "hybrid";

    /// <summary>
    /// Fills <paramref name="folder"/> with <c>server.key</c>, <c>postgres-password</c> and <c>postgres</c>, the connection
    /// string with that password, and <c>certificates</c>; what is there already stays as it is.
    /// </summary>
    public static int Run(string folder, string databaseHost, string authorityFolder)
    {
        Directory.CreateDirectory(folder);
        var passwordFile = Path.Combine(folder, "postgres-password");
        if (!File.Exists(passwordFile))
        {
            AtomicPrivateFile.Write(passwordFile, Encoding.UTF8.GetBytes(TokenHasher.NewToken()), replace: false);
        }

        // Made anew from the password each time, so that a stop between the two files, or a new host name, is mended.
        var connection = $"Host={databaseHost};Username={User};Database={User};Password={File.ReadAllText(passwordFile)}"
            + ";GSS Encryption Mode=Disable";
        AtomicPrivateFile.Write(Path.Combine(folder, "postgres"), Encoding.UTF8.GetBytes(connection), replace: true);
        _ = ServerKeyFile.ReadOrCreate(Path.Combine(folder, "server.key"));
        InstallationCertificates.IssueForSilos(authorityFolder, Path.Combine(folder, "certificates"), TimeProvider.System);
        return ExitCodes.Success;
    }
}
