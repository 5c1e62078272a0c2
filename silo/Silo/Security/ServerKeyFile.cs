using System.Security.Cryptography;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Where the server key is kept: 32 raw bytes, or 64 hex digits, in a file that only its owner can read.
/// </summary>
internal static class ServerKeyFile
{
    /// <summary>Reads the key.</summary>
    public static ServerKey Read(string file)
    {
        try
        {
            var key = Parse(File.ReadAllBytes(file)) ?? throw Bad(file, "holds no key of 32 bytes");
            return WeakKeys.FindProblem(key) is null ? new ServerKey(key) : throw new ConfigurationException(
                "HYBRID_SERVER_KEY_FILE",
                $"is {file}, which holds a key that anybody can guess: make one by head -c 32 /dev/urandom > {file}.");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Bad(file, $"can't be read ({ex.Message})");
        }
    }

    /// <summary>Reads the key, or makes one when there is no file yet.</summary>
    public static ServerKey ReadOrCreate(string file)
    {
        if (!File.Exists(file))
        {
            AtomicPrivateFile.Write(file, RandomNumberGenerator.GetBytes(ServerKey.Length), replace: false);
        }

        return Read(file);
    }

    private static byte[]? Parse(byte[] content)
    {
        if (content.Length == ServerKey.Length)
        {
            return content;
        }

        var key = new byte[ServerKey.Length];
        var digits = ByteOrderMark.Skip(content).TrimEnd("\r\n "u8);
        return digits.Length == 2 * key.Length
            && Convert.FromHexString(digits, key, out _, out _) == System.Buffers.OperationStatus.Done
                ? key
                : null;
    }

    private static ConfigurationException Bad(string file, string problem) => new(
        "HYBRID_SERVER_KEY_FILE", $"is {file}, which {problem}: give the file that this database was started with.");
}
