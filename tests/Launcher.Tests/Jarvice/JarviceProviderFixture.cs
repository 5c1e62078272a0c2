using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Launcher.Tests.Secrets;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Jarvice;

/// <summary>The real provider with its vault and a key in a file, before the fake server, whose clock stands still.</summary>
internal sealed class JarviceProviderFixture : IAsyncDisposable
{
    public const string User = "ada";

    private readonly JarviceOptions _options;
    private readonly JarviceHttp _http;
    private readonly ApiKeyValidator _trial;

    private JarviceProviderFixture(FakeJarvice fake, FakeAccount account, ApiKeyFile file, ManualTimeProvider clock, JarviceOptions options, TimeProvider looks)
    {
        (Fake, Account, File, Clock) = (fake, account, file, clock);
        _options = options;
        _http = new JarviceHttp(options, TimeProvider.System);
        _trial = JarviceProvider.CreateValidator(options, _http);
        KeyStore = NewKeyStore(new KeySource { File = file.Path }, looks);
        Provider = NewProvider(KeyStore);
    }

    public FakeJarvice Fake { get; }

    public FakeAccount Account { get; }

    public ApiKeyFile File { get; }

    /// <summary>The clock of the jobs.</summary>
    public ManualTimeProvider Clock { get; }

    public CapturedLogs Log { get; } = new();

    public SecretRedactor Redactor { get; } = new();

    public ApiKeyStore KeyStore { get; }

    public ILaunchProvider Provider { get; }

    public string Key { get; private init; } = "";

    public static ProviderJob Job { get; } = new("gx:ci:0f3c9d:a1", "library/alpine:3", "echo \"hi\"\n", "ngd3", 1, TimeSpan.FromMinutes(90));

    /// <summary>Starts one; the file of the key is looked at again when <paramref name="pollClock"/> says so, or when it is seen to change.</summary>
    public static async Task<JarviceProviderFixture> StartAsync(
        Func<JarviceOptions, JarviceOptions>? change = null,
        Func<FakeJarviceOptions, FakeJarviceOptions>? changeFake = null,
        TimeProvider? pollClock = null,
        string? key = null)
    {
        key ??= NewKey();
        var (account, clock, script) = (new FakeAccount(User, key), new ManualTimeProvider(), new FakeJarviceOptions { Accounts = [] });
        script = script with { Accounts = [account], Clock = clock };
        var fake = await FakeJarvice.StartAsync(changeFake?.Invoke(script) ?? script);
        var options = new JarviceOptions { BaseAddress = fake.BaseUrl, Username = User };
        options = change?.Invoke(options) ?? options;
        var made = new JarviceProviderFixture(fake, account, new ApiKeyFile(key + "\n"), clock, options, pollClock ?? new ManualTimeProvider())
        {
            Key = key,
        };
        await made.KeyStore.StartAsync(default);
        return made;
    }

    /// <summary>A key as nobody has had it before, with letters that look different in URLs, JSON and base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)) + "+/&";

    /// <summary>One more vault, with a key from elsewhere; it has yet to be started.</summary>
    public ApiKeyStore NewKeyStore(KeySource source, TimeProvider pollClock)
    {
        var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        return new ApiKeyStore(User, source, _trial, Redactor, pollClock, loggers.CreateLogger<ApiKeyStore>());
    }

    /// <summary>The provider with what a vault lends.</summary>
    public ILaunchProvider NewProvider(ApiKeyStore vault) => new JarviceProvider(_options, _http, vault, Redactor);

    public async ValueTask DisposeAsync()
    {
        await KeyStore.DisposeAsync();
        _http.Dispose();
        await Fake.DisposeAsync();
        File.Dispose();
    }
}
