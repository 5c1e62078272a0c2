using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Commands;

/// <summary>A policy that runs its script on this machine, written into a folder with secrets of its own.</summary>
internal sealed class DryRunPolicy
{
    /// <summary>The commit whose test does not end by itself.</summary>
    public const string EndlessCommit = "e0d1e55";

    private const string SignerKeyId = "ci";

    private DryRunPolicy(string folder, string secret, string signingSecret) =>
        (PolicyFile, Secret, SigningSecret) = (Path.Combine(folder, "launcher.yaml"), secret, signingSecret);

    /// <summary>The policy's file.</summary>
    public string PolicyFile { get; }

    /// <summary>The secret that callers of the original's form send.</summary>
    public string Secret { get; }

    /// <summary>The secret of the credential that signs.</summary>
    public string SigningSecret { get; }

    /// <summary>The id of the credential that signs.</summary>
    public static string SignerId => SignerKeyId;

    /// <summary>Writes it.</summary>
    public static DryRunPolicy Write(string folder, LaunchExecutor executor, string image)
    {
        var rehearsal = new DryRunPolicy(folder, NewSecret(), NewSecret());
        WritePrivate(Path.Combine(folder, "caller.secret"), rehearsal.Secret);
        WritePrivate(Path.Combine(folder, "signer.secret"), rehearsal.SigningSecret);
        WritePrivate(rehearsal.PolicyFile, $$"""
            provider: local
            executor: {{(executor == LaunchExecutor.Docker ? "docker" : "process")}}
            image: {{image}}
            instance_type: this-machine
            max_time_minutes: 0.1
            grace_seconds: 1
            allowed_client_ip: 127.0.0.1
            shared_secret_file: {{folder}}/caller.secret
            credentials:
              {{SignerKeyId}}: {secret_file: {{folder}}/signer.secret}
            listen: 127.0.0.1:0
            script: |
              echo testing {commit_hash}
              case {commit_hash} in {{EndlessCommit}}) sleep 600 ;; esac
              echo all tests passed

            """);
        return rehearsal;
    }

    private static string NewSecret() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    private static void WritePrivate(string path, string text) => AtomicPrivateFile.Write(path, Encoding.UTF8.GetBytes(text), replace: false);
}
