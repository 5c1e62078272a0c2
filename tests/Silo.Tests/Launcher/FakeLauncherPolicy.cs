using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>A policy whose one caller signs with a secret that tests know, for the grain and for who holds the key.</summary>
internal sealed class FakeLauncherPolicy : ILauncherPolicy
{
    public const string Secret = "0e4c1d2f98b7a65340e1c2d3f4b5a697";

    private const string Text = """
        provider: local
        image: t1
        instance_type: ngd3
        max_time_minutes: 40
        price_ceiling: 1.5
        allowed_client_ip: 192.0.2.1
        caps: {account: 3}
        budget: {month: 1000}
        parameters:
          python: {pattern: "[0-9.]+", default: "3.14"}
        credentials:
          ci: {secret_env: UNUSED}
          other: {secret_env: UNUSED}
        script: |
          bash test.sh {commit_hash}

        """;

    /// <summary>The current rules.</summary>
    public LauncherPolicy Now { get; set; } = PolicyParser.Parse(Text);

    /// <summary>Refused calls that were to be noted.</summary>
    public List<(string? CredentialId, string Reason)> Rejections { get; } = [];

    public LaunchRules Rules => Now.Rules;

    /// <summary>Has other caps, or another budget, from now on.</summary>
    public void Change(Func<LaunchProfile, LaunchProfile> change) => Now = Now with { Profile = change(Now.Profile) };

    public string? FindSigner(CallSignature signature, byte[] text, DateTimeOffset now) =>
        Rules.IsKnownCredential(signature.KeyId, now)
        && Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), text)) == signature.Value ? signature.KeyId : null;

    public TimeSpan? GetRetryAfter(string credentialId) => null;

    public void RecordRejectedCall(CallerAddress origin, string? credentialId, string reason) => Rejections.Add((credentialId, reason));
}
