using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// The fields of a call: those of the query, and those of a form of either kind. Names are case-sensitive, as
/// with the nimbix-admin wrapper.
/// </summary>
internal sealed class CallFields
{
    private const int MaxParts = 64;

    private readonly List<(string Name, string Value)> _all = [];

    /// <summary>Their names, each once.</summary>
    public IEnumerable<string> Names => _all.Select(one => one.Name).Distinct(StringComparer.Ordinal);

    /// <summary>A name that occurs more than once; null when none does.</summary>
    public string? Repeated => _all.GroupBy(one => one.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any())?.Key;

    /// <summary>
    /// The value of a field: of the query rather than the form, and of several the first; null when it is not there.
    /// </summary>
    public string? this[string name] => _all.Where(one => one.Name == name).Select(one => one.Value).FirstOrDefault();

    /// <summary>Reads the query, and the body where it is a form; throws <see cref="BadHttpRequestException"/> for one that is broken.</summary>
    public static CallFields Of(string? query, byte[] body, string? contentType)
    {
        var fields = new CallFields();
        fields.Add(query ?? "");
        switch (contentType?.Split(';')[0].Trim().ToLowerInvariant())
        {
            case "application/x-www-form-urlencoded":
                fields.Add(Encoding.UTF8.GetString(body));
                break;
            case "multipart/form-data":
                _ = MediaTypeHeaderValue.TryParse(contentType, out var type);
                fields.AddParts(body, HeaderUtilities.RemoveQuotes(type?.Boundary ?? default).ToString());
                break;
        }

        return fields;
    }

    private void Add(string text)
    {
        foreach (var pair in new QueryStringEnumerable(text))
        {
            _all.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }
    }

    private void AddParts(byte[] body, string boundary)
    {
        try
        {
            // All of it is there already, so that nothing is waited for.
            var reader = new MultipartReader(boundary, new MemoryStream(body, writable: false));
            for (var parts = 0; reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } part; parts++)
            {
                if (parts == MaxParts)
                {
                    throw new InvalidDataException("too many parts");
                }

                if (ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.Name.HasValue)
                {
                    using var value = new MemoryStream();
                    part.Body.CopyTo(value);
                    var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                    _all.Add((name, Encoding.UTF8.GetString(value.GetBuffer().AsSpan(0, (int)value.Length))));
                }
            }
        }
        catch (Exception ex) when (ex is IOException or InvalidDataException or ArgumentException)
        {
            throw new BadHttpRequestException("the form is broken", StatusCodes.Status400BadRequest, ex);
        }
    }
}
