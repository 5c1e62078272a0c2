using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner;

/// <summary>Runs shell scripts in this host's executors, as a runner runs its tasks, but without a queue.</summary>
public sealed class ScriptRunner : IDisposable
{
    // Commands are split at spaces: the line itself comes in a variable. Not every image has a bash.
    private const string Command = "sh -c eval${IFS}\"$HYBRID_START\"";
    private const string Start = "exec \"$(command -v bash || command -v sh)\" \"$PAYLOAD_FILE\"";

    private const string Owner = "scripts";

    private readonly StateFolder _state;
    private readonly ServiceProvider _services;
    private readonly ISandboxFactory _sandboxes;
    private readonly string _session;

    private ScriptRunner(RunnerOptions options, ILoggerFactory loggerFactory)
    {
        _state = StateFolder.Open(options.StateDirectory, Owner);
        _services = new ServiceCollection().AddLogging().AddSingleton(loggerFactory).AddSingleton(_state).AddSandboxes(options).BuildServiceProvider();
        try
        {
            _sandboxes = _services.GetRequiredService<ISandboxFactory>();
            _session = ReadOrCreateSession(_state.PathOf("session"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Opens an executor, and stops what an earlier run of it has left running; throws <see cref="ScriptException"/>.</summary>
    /// <param name="kind">The executor.</param>
    /// <param name="stateFolder">Where it records what it has started; null for a temporary folder.</param>
    /// <param name="loggerFactory">For the executor's log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ScriptRunner> OpenAsync(
        ExecutorKind kind, string? stateFolder, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        var options = new RunnerOptions
        {
            ClusterId = Owner,
            ClusterToken = "",
            ApiUrl = null,
            Executor = kind,
            StateDirectory = stateFolder,
        };
        var host = new ScriptRunner(options, loggerFactory);
        try
        {
            await host._sandboxes.EnsureReadyAsync(cancellationToken);
            await host._sandboxes.RemoveOrphansAsync(host._session, cancellationToken);
            return host;
        }
        catch (SandboxException ex)
        {
            host.Dispose();
            throw new ScriptException(ex.Message);
        }
    }

    /// <summary>Starts a script in a sandbox of its own; throws <see cref="ScriptException"/>.</summary>
    /// <param name="id">Its id: 24 hex digits, used once.</param>
    /// <param name="image">The image, where the executor runs images.</param>
    /// <param name="script">The script's text.</param>
    /// <param name="output">Takes what it writes, in the order in which it comes, from one thread at a time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ScriptRun> StartAsync(
        string id, string image, string script, ScriptOutput output, CancellationToken cancellationToken)
    {
        var sandbox = _sandboxes.Create(CreateAssignment(id, image), _session);
        try
        {
            await sandbox.PrepareAsync(cancellationToken);
            await sandbox.CreateAsync(new SandboxFiles(Encoding.UTF8.GetBytes(script), Config: null), cancellationToken);
            await sandbox.StartAsync((_, bytes) => output(bytes), cancellationToken);
            return new ScriptRun(sandbox);
        }
        catch (SandboxException ex)
        {
            await RemoveAsync(sandbox);
            throw new ScriptException(ex.Message);
        }
        catch
        {
            await RemoveAsync(sandbox);
            throw;
        }
    }

    /// <summary>Closes the executor. What runs is to be disposed of before.</summary>
    public void Dispose()
    {
        _services.Dispose();
        _state.Dispose();
    }

    internal static async Task RemoveAsync(ISandbox sandbox)
    {
        try
        {
            await sandbox.DisposeAsync();
        }
        catch (SandboxException)
        {
            // The next run on this host removes what is left of it.
        }
    }

    private static TaskAssignment CreateAssignment(string id, string image) => new()
    {
        Lease = new LeaseRef { TaskId = id, Attempt = 1, Token = "" },
        LeaseMilliseconds = 0,
        ProjectId = Owner,
        CodeName = Owner,
        Image = image,
        Command = Command,
        EnvVars = new Dictionary<string, string> { ["HYBRID_START"] = Start },
        Payload = [],
        TimeoutSeconds = 0,
    };

    private static string ReadOrCreateSession(string file)
    {
        if (!File.Exists(file) || !Identifiers.IsId(File.ReadAllText(file)))
        {
            PrivateFile.Replace(file, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))));
        }

        return File.ReadAllText(file);
    }
}

/// <summary>Takes output as it comes; must not block.</summary>
public delegate void ScriptOutput(ReadOnlySpan<byte> output);

/// <summary>A script that runs. To dispose of it ends it, and removes its sandbox.</summary>
public sealed class ScriptRun : IAsyncDisposable
{
    private readonly ISandbox _sandbox;

    internal ScriptRun(ISandbox sandbox) => _sandbox = sandbox;

    /// <summary>Ends with the script, once all its output was delivered; gives its exit code, 128 + signal when killed.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _sandbox.WaitAsync(cancellationToken)).ExitCode;
        }
        catch (SandboxException ex)
        {
            throw new ScriptException(ex.Message);
        }
    }

    /// <summary>Asks it to end (TERM), and ends it (KILL) when it has not done so after <paramref name="grace"/>.</summary>
    public Task StopAsync(TimeSpan grace) => _sandbox.StopAsync(grace);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => new(ScriptRunner.RemoveAsync(_sandbox));
}

/// <summary>A script that could not be run, or an executor that can't be used; the message is for people.</summary>
public sealed class ScriptException(string message) : Exception(message);
