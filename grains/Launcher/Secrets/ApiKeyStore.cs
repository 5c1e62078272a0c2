using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Signs in with a key that is not in use yet: throws <see cref="ProviderException"/> when that fails.</summary>
internal delegate Task ApiKeyValidator(ApiCredentials candidate, CancellationToken cancellationToken);

/// <summary>
/// The one owner of user name and API key on this silo. It lends them for one call at a time, takes a new key from its file once that has
/// been tried, and keeps the one it has when the new one is bad. When a key is rejected, no call is made until there is another.
/// </summary>
internal sealed partial class ApiKeyStore(
    string username, KeySource source, ApiKeyValidator validator, SecretRedactor redactor, TimeProvider time, ILogger<ApiKeyStore> log) : IHostedService, IAsyncDisposable
{
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private ApiKeyVersion? _current;
    private ApiKeyVersion? _rejected;
    private (string Fingerprint, FileStamp Stamp)? _judged;
    private string? _alert;
    private Task _watching = Task.CompletedTask;

    /// <summary>The fingerprint of the key in use; null when there is none.</summary>
    public string? KeyVersion => Volatile.Read(ref _current)?.Fingerprint;

    /// <summary>True while the key in use is one that was rejected.</summary>
    public bool IsRejected => Volatile.Read(ref _current) is { } current && Volatile.Read(ref _rejected) == current;

    /// <summary>Takes the first key, untried: what it is worth the first call shows. Throws <see cref="UnusableSecretException"/>.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (source.File is null)
        {
            var key = SecretVariable.Take(source.Variable)
                ?? throw new UnusableSecretException(source.Variable, "is not set, and no file with the API key is named");
            KeyFromEnvironment(source.Variable);
            _current = CreateVersion(source.Variable, key);
            return Task.CompletedTask;
        }

        var (content, stamp) = SecretFile.Read(source.File, source.AllowedMode);
        _current = CreateVersion(source.File, content);
        _judged = (_current.Fingerprint, stamp);
        _watching = WatchAsync(source.File, _end.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync();
        await _watching;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        Interlocked.Exchange(ref _current, null)?.Dispose();
    }

    /// <summary>Makes one call. A key that it is rejected with is read once more, and the call made once more when there is another.</summary>
    public async Task<T> UseAsync<T>(ProviderCall call, Func<ApiCredentials, Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var generation = Acquire(call);
            try
            {
                return await work(generation.Credentials);
            }
            catch (ProviderException ex) when (ex.Kind == ProviderErrorKind.Unauthorized)
            {
                if (!await IsReplacedAsync(generation, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    private ApiKeyVersion Acquire(ProviderCall call)
    {
        while (Volatile.Read(ref _current) is { } current)
        {
            if (Volatile.Read(ref _rejected) == current)
            {
                throw new ProviderException(call, ProviderErrorKind.Unauthorized);
            }

            if (current.TryAcquire())
            {
                return current;
            }
        }

        throw new ProviderException(call, ProviderErrorKind.NoKey);
    }

    // Of many calls that are rejected together one reads the file; the others find what it found.
    private async Task<bool> IsReplacedAsync(ApiKeyVersion refused, CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            if (_current == refused && _rejected != refused)
            {
                await ReloadAsync(cancellationToken);
            }

            if (_current == refused && _rejected != refused)
            {
                Volatile.Write(ref _rejected, refused);
                KeyRejected(refused.Fingerprint);
            }

            return _current != refused;
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Reads the file, and takes its key when it is another one and good.</summary>
    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        if (source.File is null || _current is not { } current)
        {
            return;
        }

        try
        {
            var (content, stamp) = SecretFile.Read(source.File, source.AllowedMode);
            using var candidate = CreateVersion(source.File, content);
            var isKnown = candidate.Fingerprint == current.Fingerprint && _rejected != current;
            if (!isKnown && _judged != (candidate.Fingerprint, stamp))
            {
                await ValidateAsync(candidate, stamp, cancellationToken);
            }

            _alert = isKnown ? null : _alert;
        }
        catch (UnusableSecretException ex)
        {
            Alert(ex.Message);
        }
    }

    private async Task ValidateAsync(ApiKeyVersion candidate, FileStamp stamp, CancellationToken cancellationToken)
    {
        try
        {
            await validator(candidate.Credentials, cancellationToken);
        }
        catch (ProviderException ex)
        {
            // Only the provider's verdict on the key itself counts; anything else is retried at the next poll.
            _judged = ex.Kind == ProviderErrorKind.Unauthorized ? (candidate.Fingerprint, stamp) : _judged;
            Alert($"key {candidate.Fingerprint}: {ex.Kind}");
            return;
        }

        candidate.TryAcquire();
        var before = Interlocked.Exchange(ref _current, candidate);
        _judged = (candidate.Fingerprint, stamp);
        _alert = null;
        before?.Retire(time);
        KeyTaken(candidate.Fingerprint);
    }

    private ApiKeyVersion CreateVersion(string origin, SecretBytes key)
    {
        if (key.Length >= SecretRegistration.MinLength)
        {
            return new ApiKeyVersion(username, key, redactor);
        }

        key.Dispose();
        throw new UnusableSecretException(origin, $"has fewer than {SecretRegistration.MinLength} bytes: it is no key");
    }

    private void Alert(string problem)
    {
        if (_alert != problem)
        {
            _alert = problem;
            NewKeyRejected(problem);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "API key read from {Variable}, where other programs of the same user could read it; use a file instead")]
    private partial void KeyFromEnvironment(string variable);

    [LoggerMessage(2, LogLevel.Information, "API key {Generation} is in use")]
    private partial void KeyTaken(string generation);

    [LoggerMessage(3, LogLevel.Error, "New API key rejected, keeping the previous one: {Problem}")]
    private partial void NewKeyRejected(string problem);

    [LoggerMessage(4, LogLevel.Critical, "Provider rejected API key {Generation}; calls are suspended until a new key is set")]
    private partial void KeyRejected(string generation);
}
