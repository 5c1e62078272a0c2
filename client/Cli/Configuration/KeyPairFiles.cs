using System.Security.Cryptography;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>A new RSA key pair in two files: the private key for the runners, the public one for all clients that queue.</summary>
internal sealed record KeyPairFiles(string Private, string Public)
{
    private const int Bits = 3072;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode All = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Makes the pair and both files, or neither of them; a file that is there stays as it is.</summary>
    public static (KeyPairFiles Files, string PublicPem) CreatePair(string folder)
    {
        var files = new KeyPairFiles(
            Path.Combine(folder, "decryption-key.pem"), Path.Combine(folder, "encryption-key.pem"));
        using var pair = RSA.Create(Bits);
        var publicPem = pair.ExportSubjectPublicKeyInfoPem();
        try
        {
            Directory.CreateDirectory(folder);
            using var secret = Create(files.Private, Owner);
            try
            {
                using var open = Create(files.Public, All);
                Write(open, publicPem);
                Write(secret, pair.ExportPkcs8PrivateKeyPem());
            }
            catch (Exception)
            {
                File.Delete(files.Private);
                throw;
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Failure, $"no keys were made: {ex.Message}; what is there is never overwritten");
        }

        return (files, publicPem);
    }

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    private static void Write(FileStream file, string pem)
    {
        using var text = new StreamWriter(file, leaveOpen: true);
        text.Write($"{pem}\n");
    }
}
