using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Policy;

/// <summary>A folder with a policy and its secrets, as an operator has it.</summary>
internal sealed class PolicyFolder : IDisposable
{
    /// <summary>The secret in <c>secret</c>, and the one in <c>key</c>.</summary>
    public const string Secret = "5f0c9e1b7a3d48269f0e1c2b3a4d5e6f", Key = "0123456789abcdef0123456789abcdef";

    private readonly CallerSecrets _secrets = new(NullLogger<CallerSecrets>.Instance);

    public PolicyFolder(string? policy = null)
    {
        Write("secret", $"{Secret}\n");
        Write("key", $"{Key}\n");
        Write("policy.yaml", policy ?? Usual);
    }

    /// <summary>The folder of all the source.</summary>
    public static string Repository { get; } = RepositoryAround(AppContext.BaseDirectory);

    /// <summary>The original's keys, and a credential that signs.</summary>
    public static string Usual => """
        image: t1
        instance_type: ngd3
        max_time_minutes: 40
        allowed_client_ip: 127.0.0.1
        shared_secret_file: SECRETS/secret
        provider: local
        credentials:
          ci: {secret_file: SECRETS/key}
        listen: 127.0.0.1:0
        script: |
          cd /tmp
          bash nimbix-bootstrap.sh {commit_hash}

        """;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hybrid-policy-").FullName;

    public string Policy => Path.Combine(Folder, "policy.yaml");

    public CapturedLogs Logs { get; } = new();

    public void Dispose()
    {
        _secrets.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Writes a file that none but its owner can read; <c>SECRETS</c> in it is this folder.</summary>
    public void Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        var next = $"{path}.next";
        File.WriteAllText(next, content.Replace("SECRETS", Folder, StringComparison.Ordinal));
        File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Move(next, path, overwrite: true);
    }

    /// <summary>The policy as a silo has it.</summary>
    public PolicyMonitor Open(TimeProvider? time = null) =>
        new(Policy, _secrets, new SecretRedactor(), time ?? TimeProvider.System, new Logger<PolicyMonitor>(new LoggerFactory([Logs])));

    private static string RepositoryAround(string folder) =>
        File.Exists(Path.Combine(folder, "Orleans.Hybrid.sln")) ? folder : RepositoryAround(Path.GetDirectoryName(folder)!);
}
