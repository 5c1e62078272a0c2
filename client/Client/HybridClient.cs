using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Client;

/// <summary>
/// Queues tasks at a control plane over HTTP and follows them. Thread-safe; keep one for the lifetime
/// of the application. Calls throw <see cref="HybridException"/>.
/// </summary>
/// <example><code>
/// using var client = new HybridClient(new HybridClientOptions { BaseUrl = new("https://jobs.internal"), Token = token, ProjectId = project });
/// var id = await client.Tasks.EnqueueAsync(new NewTask { CodeName = "resize", Payload = "cat.png" });
/// var ended = await client.Tasks.FollowLogAsync(id, Console.OpenStandardOutput());
/// Console.WriteLine($"{ended.Status} {ended.Msg}");
/// </code></example>
public sealed class HybridClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Makes a client on a connection pool of its own.</summary>
    /// <exception cref="ArgumentException">The options can't be right; the message says why.</exception>
    public HybridClient(HybridClientOptions options)
        : this(options, CreateHandler())
    {
    }

    /// <summary>Makes a client that sends through <paramref name="handler"/> and disposes it in the end.</summary>
    /// <param name="options">Where to call, and as whom.</param>
    /// <param name="handler">Should follow no redirects: the token is for one server only.</param>
    /// <exception cref="ArgumentException">The options can't be right; the message says why.</exception>
    public HybridClient(HybridClientOptions options, HttpMessageHandler handler)
    {
        Validate(options);
        _http = new HttpClient(handler);
        var api = new IronHttpClient(options, _http);
        Codes = new CodePackagesClient(api);
        Clusters = new ClustersClient(api);
        Tasks = new TasksClient(api, options, Codes, Clusters);
        Schedules = new SchedulesClient(api, Tasks.Sealer);
        Launcher = new LauncherClient(api, options.TimeProvider);
    }

    /// <summary>Tasks of the project.</summary>
    public TasksClient Tasks { get; }

    /// <summary>Schedules of the project.</summary>
    public SchedulesClient Schedules { get; }

    /// <summary>Code packages of the project.</summary>
    public CodePackagesClient Codes { get; }

    /// <summary>Clusters of the user.</summary>
    public ClustersClient Clusters { get; }

    /// <summary>The launcher, for operators.</summary>
    public LauncherClient Launcher { get; }

    /// <summary>The client's default handler, for custom handlers to wrap.</summary>
    /// <remarks>Only https to other machines goes through the environment's proxy; plain HTTP would show it the token.</remarks>
    public static HttpMessageHandler CreateHandler() => OutboundHttp.CreateHandler(
        // A busy server that rejects a long upload by its length may take longer than a second to say so.
        sockets => sockets.Expect100ContinueTimeout = TimeSpan.FromSeconds(10));

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    internal static void Validate(HybridClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1);
        if (options.BaseUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            throw new ArgumentException($"{options.BaseUrl} is no http:// or https:// address", nameof(options));
        }

        if (options is { BaseUrl: { Scheme: "http", IsLoopback: false }, AllowHttp: false })
        {
            throw new ArgumentException(
                $"{options.BaseUrl} would carry the token in the clear: use https://, or allow http:// on purpose",
                nameof(options));
        }

        if (options.Token.Length == 0 || !options.Token.All(character => character is > ' ' and < '\x7f'))
        {
            throw new ArgumentException("the token is empty or has characters that no token has", nameof(options));
        }
    }
}
