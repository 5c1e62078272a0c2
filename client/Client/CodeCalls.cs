using System.Net.Http.Headers;
using System.Text.Json;
using Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Client;

/// <summary>Calls about the project's code packages.</summary>
public sealed class CodeCalls
{
    private readonly IronApi _api;

    internal CodeCalls(IronApi api) => _api = api;

    /// <summary>Creates a code package, or a new revision of the one that has this name.</summary>
    /// <param name="code">What to run and how.</param>
    /// <param name="zip">Files for the task's folder, a zip; null for what is in the image.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<UploadAnswer> UploadAsync(
        NewCode code, ReadOnlyMemory<byte>? zip = null, CancellationToken cancel = default)
    {
        var data = JsonSerializer.Serialize(code, IronJson.Default.NewCode);
        return _api.PostAsync($"{_api.Project}/codes", () => Form(data, zip), IronJson.Default.UploadAnswer, cancel);
    }

    /// <summary>One page of the project's code packages.</summary>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Code packages a page, 1 to 100.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<CodeInfo>> ListAsync(
        int page = 0, int perPage = 30, CancellationToken cancel = default)
    {
        var path = $"{_api.Project}/codes?page={page}&per_page={perPage}";
        return (await _api.GetAsync(path, IronJson.Default.CodeList, cancel).ConfigureAwait(false)).Codes;
    }

    private static MultipartFormDataContent Form(string data, ReadOnlyMemory<byte>? zip)
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
