using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>
/// A whole silo with a launcher before the fake provider, on real clocks: key and secrets are its own, and jobs print the key that they should
/// not have.
/// </summary>
internal sealed partial class CanarySilo : IAsyncDisposable
{
    private const string User = "ada";

    private readonly PolicyFolder _files;
    private readonly FakeAccount _account;

    private CanarySilo(PolicyFolder files, FakeAccount account, FakeJarvice fake) => (_files, _account, Fake) = (files, account, fake);

    public static string SignerId => "signer";

    public FakeJarvice Fake { get; }

    /// <summary>The file of its policy.</summary>
    public string Policy => _files.Policy;

    public TestSilo Silo { get; private set; } = null!;

    public LauncherTestClient Client { get; private set; } = null!;

    public string Secret { get; private init; } = "";

    public string SigningSecret { get; private init; } = "";

    /// <summary>The keys, the one in use last.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>All that must be seen nowhere.</summary>
    public IEnumerable<string> Canaries => [Secret, SigningSecret, .. Keys];

    public static async Task<CanarySilo> StartAsync()
    {
        var (key, secret, signing) = (NewKey(), NewSecret(), NewSecret());
        var account = new FakeAccount(User, key);
        var fake = await FakeJarvice.StartAsync(new FakeJarviceOptions { Accounts = [account], Script = _ => Job(account), LastLine = VerdictOf });
        var files = new PolicyFolder($$"""
            image: t1
            instance_type: ngd3
            max_time_minutes: 0.5
            allowed_client_ip: 127.0.0.1
            shared_secret_file: SECRETS/plain
            jarvice: {base_url: "{{fake.BaseUrl}}", username: {{User}}, key_file: SECRETS/apikey}
            credentials:
              {{SignerId}}: {secret_file: SECRETS/signing}
            caps: {account: 100}
            grace_seconds: 1
            listen: 127.0.0.1:0
            script: |
              bash test.sh {commit_hash}

            """);
        files.Write("plain", secret);
        files.Write("signing", signing);
        files.Write("apikey", key);
        var guarded = new CanarySilo(files, account, fake) { Secret = secret, SigningSecret = signing };
        guarded.Keys.Add(key);
        guarded.Silo = await TestSilo.StartAsync(null, ("HYBRID_LAUNCHER_POLICY", files.Policy));
        guarded.Client = new LauncherTestClient(guarded.Silo.Get<LauncherHttpServer>().Address);
        return guarded;
    }

    /// <summary>A call with a signature.</summary>
    public SignedRequest Sign(string body, string path = "/run") => LauncherTestClient.Sign(path, body, SignerId, SigningSecret, DateTimeOffset.UtcNow);

    /// <summary>Changes the policy's file.</summary>
    public void Rewrite(Func<string, string> change) => _files.Write("policy.yaml", change(File.ReadAllText(_files.Policy)));

    /// <summary>Replaces the provider's key, and waits until the silo has the new one.</summary>
    public async Task RotateAsync()
    {
        var (old, next) = (Keys[^1], NewKey());
        Keys.Add(next);
        _account.SetKeys(old, next);
        var taken = Silo.Logs.WaitForAsync("is in use");
        _files.Write("apikey", next);
        await taken;
        _account.SetKeys(next);
    }

    /// <summary>An operator of the control plane.</summary>
    public async Task<Tenant> NewOperatorAsync()
    {
        var tenant = await Silo.NewTenantAsync();
        Assert.True(await Silo.Get<IProjectStore>().SetOperatorAsync(tenant.UserId, true, default));
        return tenant;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (Silo is not null)
        {
            await Silo.DisposeAsync();
        }

        await Fake.DisposeAsync();
        _files.Dispose();
    }

    // With letters that look different in URLs, JSON and base64.
    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)) + "+/&";

    private static string NewSecret() => RandomNumberGenerator.GetHexString(48, lowercase: true);

    // What a shell prints that runs the script to its end, all tests of which pass.
    private static string? VerdictOf(string script) => Verdict().Match(script) is { Success: true } words ? $"{words.Value} 0" : null;

    [GeneratedRegex("hybrid-verdict [0-9a-f]+ [0-9a-f]+")]
    private static partial Regex Verdict();

    private static JobScript Job(FakeAccount account)
    {
        var key = account.Keys[^1];
        var inBase64 = Convert.ToBase64String(Encoding.UTF8.GetBytes($"the key is {key}"));
        return new JobScript
        {
            RunLength = TimeSpan.FromSeconds(1),
            Lines = [(TimeSpan.Zero, "begins"), (TimeSpan.Zero, $"curl -d apikey={Uri.EscapeDataString(key)}"), (TimeSpan.Zero, key), (TimeSpan.Zero, inBase64)],
        };
    }
}
