using System.Net.Http.Headers;
using System.Text.Json;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Registries;

namespace OrleansHybrid.Client;

/// <summary>Calls about the project's code packages.</summary>
/// <example><code>
/// await client.Codes.UploadAsync(new NewCode { Name = "resize", Image = "busybox:stable", Command = "sh run.sh" }, await File.ReadAllBytesAsync("app.zip"));
/// </code></example>
public sealed class CodePackagesClient
{
    private readonly IronHttpClient _api;

    internal CodePackagesClient(IronHttpClient api) => _api = api;

    /// <summary>Creates a code package, or a new revision of the one that has this name.</summary>
    /// <param name="code">The image, the command and the settings of the code.</param>
    /// <param name="zip">Files for the task's folder, a zip; null for what is in the image.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<UploadResponse> UploadAsync(
        NewCode code, ReadOnlyMemory<byte>? zip = null, CancellationToken cancellationToken = default)
    {
        var data = JsonSerializer.Serialize(code, IronJson.Default.NewCode);
        return _api.PostAsync($"{_api.Project}/codes", () => CreateForm(data, zip), IronJson.Default.UploadResponse, cancellationToken);
    }

    /// <summary>One page of the project's code packages.</summary>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Code packages a page, 1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<CodeInfo>> ListAsync(
        int page = 0, int perPage = 30, CancellationToken cancellationToken = default)
    {
        var path = $"{_api.Project}/codes?page={page}&per_page={perPage}";
        return (await _api.GetAsync(path, IronJson.Default.CodeList, cancellationToken).ConfigureAwait(false)).Codes;
    }

    /// <summary>The code package that has this name; null when the project has none.</summary>
    public async Task<CodeInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = $"{_api.Project}/codes?name={Uri.EscapeDataString(name)}";
        return (await _api.GetAsync(path, IronJson.Default.CodeList, cancellationToken).ConfigureAwait(false)).Codes
            .FirstOrDefault(code => code.Name == name);
    }

    /// <summary>One code package, also a deleted one.</summary>
    public Task<CodeInfo> GetAsync(string codeId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Path(codeId), IronJson.Default.CodeInfo, cancellationToken);

    /// <summary>Deletes a code package: its name is free again, its tasks stay, and those that wait still run.</summary>
    public Task DeleteAsync(string codeId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Path(codeId), IronJson.Default.MessageResponse, cancellationToken);

    /// <summary>One page of a code package's revisions, newest first.</summary>
    /// <param name="codeId">24 hex digits.</param>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Revisions a page, 1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<CodeRevision>> ListRevisionsAsync(
        string codeId, int page = 0, int perPage = 30, CancellationToken cancellationToken = default)
    {
        var path = $"{Path(codeId)}/revisions?page={page}&per_page={perPage}";
        return (await _api.GetAsync(path, IronJson.Default.RevisionList, cancellationToken).ConfigureAwait(false)).Revisions;
    }

    /// <summary>Copies the zip of a revision.</summary>
    /// <param name="codeId">24 hex digits.</param>
    /// <param name="revision">Its number; null for the latest.</param>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DownloadAsync(string codeId, int? revision, Stream destination, CancellationToken cancellationToken = default)
    {
        var path = $"{Path(codeId)}/download{(revision is { } number ? $"?revision={number}" : "")}";
        using var response = await _api.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, _api.Url(path)), isReadOnly: true, cancellationToken).ConfigureAwait(false);
        try
        {
            await response.Content.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is HttpRequestException or HttpIOException)
        {
            throw IronHttpClient.NoResponse(response.RequestMessage!, ex);
        }
    }

    /// <summary>Counts tasks that were queued in a stretch of time by where they stand now.</summary>
    /// <param name="codeId">24 hex digits.</param>
    /// <param name="from">Its begin; null for a day before its end.</param>
    /// <param name="to">Its end; null for now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<CodeStats> GetStatsAsync(
        string codeId, DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default)
    {
        string?[] asked =
        [
            from is { } begin ? $"start_date={begin.ToUnixTimeSeconds()}" : null,
            to is { } end ? $"end_date={end.ToUnixTimeSeconds()}" : null,
        ];
        var query = string.Join('&', asked.Where(part => part is not null));
        return _api.GetAsync($"{Path(codeId)}/stats?{query}", IronJson.Default.CodeStats, cancellationToken);
    }

    /// <summary>Holds the code package's waiting tasks; those that run go on. False when they were held already.</summary>
    public async Task<bool> PauseAsync(string codeId, CancellationToken cancellationToken = default) =>
        await SendCommandAsync(codeId, "pause_task_queue", cancellationToken).ConfigureAwait(false) == "Paused";

    /// <summary>Lets the code package's waiting tasks go. False when they were not held.</summary>
    public async Task<bool> ResumeAsync(string codeId, CancellationToken cancellationToken = default) =>
        await SendCommandAsync(codeId, "resume_task_queue", cancellationToken).ConfigureAwait(false) == "Resumed";

    /// <summary>Cancels all of the code package's tasks that wait or run now; of very many, some after this returns.</summary>
    public Task CancelAllAsync(string codeId, CancellationToken cancellationToken = default) => SendCommandAsync(codeId, "cancel_all", cancellationToken);

    /// <summary>Saves credentials for a registry; they replace earlier ones. Runners get them with tasks whose image is there.</summary>
    public Task SetRegistryCredentialsAsync(RegistryCredentials credentials, CancellationToken cancellationToken = default)
    {
        var auth = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(credentials, IronJson.Default.RegistryCredentials));
        return _api.PostAsync(
            $"{_api.Project}/credentials", new NewCredentials { Auth = auth }, IronJson.Default.NewCredentials,
            IronJson.Default.MessageResponse, cancellationToken);
    }

    private string Path(string codeId) => $"{_api.Project}/codes/{Uri.EscapeDataString(codeId)}";

    private async Task<string> SendCommandAsync(string codeId, string command, CancellationToken cancellationToken) => (await _api.PostAsync(
        $"{Path(codeId)}/{command}", () => new ByteArrayContent([]), IronJson.Default.MessageResponse, cancellationToken)
        .ConfigureAwait(false)).Msg;

    private static MultipartFormDataContent CreateForm(string data, ReadOnlyMemory<byte>? zip)
    {
        var form = new MultipartFormDataContent { { new StringContent(data), "data" } };
        if (zip is { } bytes)
        {
            var file = new ReadOnlyMemoryContent(bytes);
            file.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
            form.Add(file, "file", "worker.zip");
        }

        return form;
    }
}
