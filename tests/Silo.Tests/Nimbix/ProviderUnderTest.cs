using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Fakes;
using OrleansHybrid.Silo.Nimbix.Jarvice;
using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Nimbix;

/// <summary>The real provider with its vault and a key in a file, before the fake server, whose clock stands still.</summary>
internal sealed class ProviderUnderTest : IAsyncDisposable
{
    public const string User = "ada";

    private readonly JarviceOptions _options;
    private readonly JarviceHttp _http;
    private readonly KeyTrial _trial;

    private ProviderUnderTest(FakeJarvice fake, FakeAccount account, KeyFile file, ManualTime clock, JarviceOptions options, TimeProvider looks)
    {
        (Fake, Account, File, Clock) = (fake, account, file, clock);
        _options = options;
        _http = new JarviceHttp(options, TimeProvider.System);
        _trial = JarviceProvider.Trial(options, _http);
        Vault = Another(new KeySource { File = file.Path }, looks);
        Provider = Through(Vault);
    }

    public FakeJarvice Fake { get; }

    public FakeAccount Account { get; }

    public KeyFile File { get; }

    /// <summary>The clock of the jobs.</summary>
    public ManualTime Clock { get; }

    public LogLines Log { get; } = new();

    public Scrubber Scrubber { get; } = new();

    public KeyVault Vault { get; }

    public ILaunchProvider Provider { get; }

    public string Key { get; private init; } = "";

    public static ProviderJob Job { get; } = new("gx:ci:0f3c9d:a1", "library/alpine:3", "echo \"hi\"\n", "ngd3", 1, TimeSpan.FromMinutes(90));

    /// <summary>Starts one; the file of the key is looked at again when <paramref name="looks"/> says so, or when it is seen to change.</summary>
    public static async Task<ProviderUnderTest> StartAsync(
        Func<JarviceOptions, JarviceOptions>? change = null,
        Func<FakeJarviceOptions, FakeJarviceOptions>? changeFake = null,
        TimeProvider? looks = null,
        string? key = null)
    {
        key ??= NewKey();
        var (account, clock, script) = (new FakeAccount(User, key), new ManualTime(), new FakeJarviceOptions { Accounts = [] });
        script = script with { Accounts = [account], Clock = clock };
        var fake = await FakeJarvice.StartAsync(changeFake?.Invoke(script) ?? script);
        var options = new JarviceOptions { Base = fake.Base, Username = User };
        options = change?.Invoke(options) ?? options;
        var made = new ProviderUnderTest(fake, account, new KeyFile(key + "\n"), clock, options, looks ?? new ManualTime())
        {
            Key = key,
        };
        await made.Vault.StartAsync(default);
        return made;
    }

    /// <summary>A key as nobody has had it before, with letters that look different in URLs, JSON and base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)) + "+/&";

    /// <summary>One more vault, with a key from elsewhere; it has yet to be started.</summary>
    public KeyVault Another(KeySource source, TimeProvider looks)
    {
        var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        return new KeyVault(User, source, _trial, Scrubber, looks, loggers.CreateLogger<KeyVault>());
    }

    /// <summary>The provider with what a vault lends.</summary>
    public ILaunchProvider Through(KeyVault vault) => new JarviceProvider(_options, _http, vault, Scrubber);

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        _http.Dispose();
        await Fake.DisposeAsync();
        File.Dispose();
    }
}
