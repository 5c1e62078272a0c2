using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client;

/// <summary>Signs code packages, so that runners that require it can verify that they run what was uploaded.</summary>
public static class CodeSigning
{
    /// <summary>The code package with its signature, over all that decides what a runner starts.</summary>
    /// <param name="code">The code package, exactly as it is then uploaded; its image is named by digest.</param>
    /// <param name="zip">The zip that is uploaded with it; null without one.</param>
    /// <param name="key">A hex key, which the cluster's runners have, too.</param>
    /// <exception cref="ArgumentException">The key is a public one, or the image's name may come to stand for another.</exception>
    public static NewCode WithSignature(this NewCode code, ReadOnlyMemory<byte>? zip, EncryptionKey key)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(key);
        if (!key.IsSymmetric)
        {
            throw new ArgumentException("a public key signs nothing, since anybody has it: give a hex key");
        }

        if (code.Image is not { } image || !IsByDigest(image))
        {
            throw new ArgumentException(
                $"what is signed has its image by digest, such as name@sha256:…, not {code.Image ?? "none"}: "
                + "`docker inspect --format '{{index .RepoDigests 0}}' IMAGE` prints it");
        }

        // A server takes an empty zip or config for none.
        var (file, config) = (zip is { Length: > 0 } bytes ? bytes : default, code.Config is { Length: > 0 } text ? text : null);
        return code with
        {
            Signature = key.Sign(new Instructions(
                code.Name,
                image,
                code.Command ?? "",
                config is null ? null : Encoding.UTF8.GetBytes(config),
                code.EnvVars ?? ReadOnlyDictionary<string, string>.Empty,
                file.IsEmpty ? "" : Convert.ToHexStringLower(SHA256.HashData(file.Span)),
                file.IsEmpty ? "" : code.FileName ?? "",
                file.IsEmpty ? "" : code.Runtime ?? "",
                NoInit: code.Init is false)),
        };
    }

    private static bool IsByDigest(string image) =>
        image.Split('@') is [{ Length: > 0 }, ['s', 'h', 'a', '2', '5', '6', ':', .. { Length: 64 } digest]]
        && digest.All(char.IsAsciiHexDigitLower);
}
